"""Test that only Sam and Sam's practitioner can open Sam's pages."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.trips.demo import Portals
from tests.trips.people import Person
from tests.trips.portal import Portal
from tests.trips.sam_and_others import Participant
from tests.trips.staff import Practitioner, Staff

WORDS = ("kitchen drawer", "called my sister", "A week of choices", "Sam")


@pytest.fixture(scope="module")
def portal(portals: Portals) -> Iterator[Portal]:
    """Yield one portal for all tests in this file."""
    yield from portals.lend()


def test_only_the_participant_and_their_practitioner_can_open_the_participants_pages(
    priya: Practitioner, sam: Participant, stranger: Person, enter: Callable[..., Any]
) -> None:
    sam.takes_up("A week of choices")
    sam.reads("Put the phone in the kitchen drawer first.")
    work = sam.place
    of_sam = [work, f"{work}/check", f"{work}/receipt", f"{work}/pause", f"{work}?change=next-time"]
    of_priya = pages_about_sam(priya)
    for path in of_sam:
        assert priya.opens(path) == 404
    for path in of_priya:
        assert sam.opens(path) == 404

    for kind, name in (
        (Participant, "Owen"),
        (Participant, "Idris"),
        (Practitioner, "Daniel"),
        (Staff, "Margaret"),
        (Staff, "Alex"),
    ):
        outsider: Person = enter(kind, name)
        for path in of_sam + of_priya:
            assert outsider.opens(path) == 404, f"{name} at {path}"
            outsider.reads("There's nothing here")
            outsider.reads_nothing_of(*WORDS)

    for path in of_sam + of_priya:
        stranger.opens(path)
        stranger.is_at("/sign-in")
        stranger.reads_nothing_of(*WORDS)


def test_answering_somebody_elses_work_is_refused(sam: Participant, owen: Participant) -> None:
    sam.takes_up("Warning signs")
    owen.takes_up("A week of choices")
    owen.composer.evaluate("(form, there) => { form.action = there }", f"{sam.place}/answers")
    with owen.page.expect_response(lambda response: "/answers" in response.url) as answered:
        owen.presses("Save and continue")
    assert answered.value.status == 404
    sam.takes_up("Warning signs")
    assert sam.turns.count() == 0
    sam.reads_nothing_of("I told myself that it was only")


def pages_about_sam(priya: Practitioner) -> list[str]:
    """Return the paths of all of Priya's pages that concern Sam."""
    priya.takes_up("A week of choices", "Sam")
    review = priya.place
    priya.opens_page_of("Sam")
    enrolment = priya.place
    priya.presses("Set work")
    choose = priya.place
    priya.presses("Warning signs")
    card = priya.place
    priya.opens(enrolment)
    move = priya.page.get_by_role("link", name="Move").get_attribute("href") or ""
    return [review, enrolment, choose, card, move]
