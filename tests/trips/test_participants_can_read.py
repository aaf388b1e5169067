"""Test that every page for participants and signed-out people is readable."""

from collections.abc import Iterator

import pytest

from tests.trips.demo import Portals
from tests.trips.people import Person
from tests.trips.portal import Portal
from tests.trips.reading import is_readable, look_at
from tests.trips.sam_and_others import Participant


@pytest.fixture(scope="module")
def portal(portals: Portals) -> Iterator[Portal]:
    """Yield one portal for all tests in this file."""
    yield from portals.lend()


def test_pages_for_signed_out_people_are_readable(stranger: Person) -> None:
    look_at(stranger, ("/sign-in", "/help", "/accessibility", "/join", "/nowhere"))
    stranger.opens("/sign-in")
    stranger.fills(Sign_in_name="nobody", Passphrase="nothing that fits")
    stranger.presses("Sign in", exact=True)
    stranger.reads("don't match")
    is_readable(stranger.page)


def test_pages_for_joining_are_readable(stranger: Person) -> None:
    kit = stranger.portal.accounts["Kit"]
    stranger.opens("/join")
    stranger.presses("Continue")
    is_readable(stranger.page)
    stranger.fills(Joining_code=kit["joining_code"], Agreed_word=kit["agreed_word"])
    stranger.presses("Continue")
    stranger.reads("Hello Kit")
    is_readable(stranger.page)
    stranger.presses("I've read this")
    stranger.presses("Join", exact=True)
    stranger.reads("Please make your passphrase longer.")
    is_readable(stranger.page)


def test_every_component_in_every_state_is_readable(stranger: Person) -> None:
    look_at(stranger, ["/_components"])


def test_a_participants_pages_are_readable_while_they_have_work_to_do(owen: Participant) -> None:
    his = (
        "/my/",
        "/my/appointments",
        "/my/so-far",
        "/my/plan",
        "/my/record",
        "/my/held",
        "/account",
        "/account/sessions",
    )
    look_at(owen, (*his, "/confirm"))
    owen.opens("/account")
    owen.page.get_by_label("Email to this address").check()
    owen.page.get_by_text("Read what the email says").click()
    owen.page.get_by_label("Your email address").fill("owen@")
    owen.presses("Save", exact=True)
    owen.reads("This isn't an email address.")
    is_readable(owen.page)
    owen.opens("/my/")
    owen.takes_up("A week of choices", by="Carry on")
    work = owen.place
    is_readable(owen.page)
    # these prompts include every kind of answer
    for changing in ("the-week", "glad-of", "made-possible", "harder"):
        look_at(owen, [f"{work}?change={changing}"])
    owen.opens(f"{work}?change=glad-of")
    owen.composer.get_by_label("Line 1").fill("x" * 301)
    owen.presses("Save and continue")
    owen.reads("one too many")
    is_readable(owen.page)
    owen.opens(work)
    owen.presses("I need help now")
    is_readable(owen.page)


def test_pages_for_submitting_work_are_readable(owen: Participant, sam: Participant) -> None:
    owen.takes_up("A week of choices", by="Carry on")
    second = owen.opens_a_second_tab()
    for _ in range(3):
        owen.would_rather_talk()
    is_readable(owen.page)
    second.presses("Save and continue")
    second.reads("This answer was changed in another window")
    is_readable(second.page)
    owen.checks()
    is_readable(owen.page)
    owen.submits()
    is_readable(owen.page)
    sam.takes_up("Warning signs")
    is_readable(sam.page)
    sam.takes_up("A week of choices")
    is_readable(sam.page)


def test_a_participants_pages_with_feedback_are_readable(idris: Participant) -> None:
    look_at(idris, ["/my/", "/my/messages"])
    idris.takes_up("Hopes and fears")
    is_readable(idris.page)


def test_a_participants_plan_pages_are_readable(idris: Participant, owen: Participant) -> None:
    look_at(owen, ("/my/plan", "/my/plan/today#red"))
    building = [f"/my/plan/build/{place}" for place in ("why", "signs?stage=red", "instead", "people")]
    for stage, question in zip(("", "#red", "#amber", "#green"), building, strict=True):
        look_at(idris, (f"/my/plan/today{stage}", question))
    look_at(idris, ("/my/plan", "/my/plan/built", "/my/plan/pause", "/my/plan/add"))
    idris.opens("/my/plan")
    idris.presses("Read what Daniel suggests")
    is_readable(idris.page)
    idris.opens("/my/plan")
    idris.presses("Change: My sister")
    idris.page.get_by_role("textbox").first.fill("x" * 301)
    idris.presses("Save the change")
    idris.reads("one too many")
    is_readable(idris.page)
    idris.opens("/my/plan")
    idris.presses("Take out: Walking by the river")
    is_readable(idris.page)
    idris.opens("/my/plan/review")
    is_readable(idris.page)
    idris.presses("Begin")
    is_readable(idris.page)
    idris.presses_on("Still true", until="Is anything missing?")
    idris.presses("Keep this version")
    is_readable(idris.page)
    idris.takes_up("Hopes and fears")
    idris.presses("Add to my plan: What do you hope")
    is_readable(idris.page)
