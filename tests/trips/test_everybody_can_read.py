"""Every page, at three widths, light and dark: axe finds nothing, nothing has to be scrolled sideways."""

from collections.abc import Callable, Iterable
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.trips.browsers import Browsers
from tests.trips.people import Person
from tests.trips.sam_and_others import Participant
from tests.trips.staff import Practitioner, Staff, code_on_slip

WIDTHS = (320, 390, 1280)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
AXE = """async () => {
  const found = await axe.run(document, { resultTypes: ["violations"], elementRef: false })
  return found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html.slice(0, 150)).join(" | ")}`)
}"""
TOO_WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? []
  : [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > innerWidth + 1)
      .map((e) => `wider than ${innerWidth}: ${e.outerHTML.slice(0, 150)}`)"""


def is_readable(page: Page) -> None:
    """Look at the page in front of him in every width and scheme."""
    page.evaluate(Axe().axe_script)
    faults: list[str] = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            found = page.evaluate(AXE) + page.evaluate(TOO_WIDE)
            faults += [f"{width}px, {scheme}: {fault}" for fault in found]
    assert not faults, f"{page.url}\n" + "\n".join(faults)


def look_at(person: Person, paths: Iterable[str]) -> None:
    for path in paths:
        person.opens(path)
        is_readable(person.page)


def test_signed_out(stranger: Person) -> None:
    look_at(stranger, ("/sign-in", "/help", "/join", "/nowhere"))
    stranger.opens("/sign-in")
    stranger.fills(Sign_in_name="nobody", Passphrase="nothing that fits")
    stranger.presses("Sign in", exact=True)
    stranger.reads("do not fit together")
    is_readable(stranger.page)


def test_joining(stranger: Person) -> None:
    kit = stranger.portal.accounts["Kit"]
    stranger.opens("/join")
    stranger.presses("Continue")
    is_readable(stranger.page)
    stranger.fills(Joining_code=kit["joining_code"], Agreed_word=kit["agreed_word"])
    stranger.presses("Continue")
    stranger.reads("Hello Kit")
    is_readable(stranger.page)
    stranger.presses("I have read this")
    stranger.presses("Join", exact=True)
    stranger.reads("Please make it longer.")
    is_readable(stranger.page)


def test_a_participant_in_the_middle_of_his_work(owen: Participant) -> None:
    look_at(owen, ("/my/", "/my/plan", "/account"))
    owen.takes_up("A week of choices", by="Carry on")
    work = owen.place
    is_readable(owen.page)
    for changing in ("the-week", "glad-of", "made-possible", "harder"):  # every kind of answer
        look_at(owen, [f"{work}?change={changing}"])
    owen.opens(f"{work}?change=glad-of")
    owen.composer.get_by_label("Line 1").fill("x" * 301)
    owen.presses("Send answer")
    owen.reads("one too many")
    is_readable(owen.page)
    owen.opens(work)
    owen.presses("I need help now")
    is_readable(owen.page)


def test_a_participant_who_hands_in(owen: Participant, sam: Participant) -> None:
    owen.takes_up("A week of choices", by="Carry on")
    second = owen.opens_a_second_tab()
    for _ in range(3):
        owen.would_rather_talk()
    is_readable(owen.page)
    second.presses("Send answer")
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


def test_a_participant_with_feedback(idris: Participant) -> None:
    look_at(idris, ["/my/"])
    idris.takes_up("Hopes and fears")
    is_readable(idris.page)


def test_a_practitioner(priya: Practitioner) -> None:
    look_at(priya, ("/caseload", "/caseload/new", "/account"))
    priya.presses("My caseload")
    priya.opens_page_of("Sam")
    is_readable(priya.page)
    priya.presses("Move")
    is_readable(priya.page)
    priya.goes_to_board()
    priya.presses("Set work for Sam")
    is_readable(priya.page)
    priya.presses("Control continuum")
    priya.presses("Set this work")
    priya.reads("There is nothing here yet.")
    is_readable(priya.page)
    priya.adds("Robin", "harbour", priya.portal.now.date().replace(year=priya.portal.now.year + 1), "10:00")
    is_readable(priya.page)


def test_a_practitioner_who_reads_and_answers(priya: Practitioner) -> None:
    priya.takes_up("A week of choices", "Sam")
    is_readable(priya.page)
    priya.comments("What could you do when a moment like that", "A clear picture.")
    priya.returns_it("Could you say more about the walk?")
    is_readable(priya.page)


@pytest.mark.parametrize(
    ("name", "paths"),
    [("Margaret", ("/lead/", "/lead/activities", "/lead/staff")), ("Alex", ("/admin/staff", "/admin/staff/new"))],
)
def test_lead_and_administrator(enter: Callable[..., Any], name: str, paths: tuple[str, ...]) -> None:
    somebody: Staff = enter(Staff, name)
    look_at(somebody, paths)
    if name == "Margaret":
        somebody.opens("/lead/activities")
        somebody.presses("Warning signs")
        is_readable(somebody.page)


def test_somebody_new_of_the_staff(alex: Staff, browsers: Browsers) -> None:
    alex.opens("/admin/staff/new")
    alex.fills(Name="Noor", Agreed_word="lantern")
    alex.page.get_by_label("Administrator").check()
    alex.presses("Add", exact=True)
    noor = Staff(alex.portal, browsers.open(), "Noor")
    noor.joins(code_on_slip(alex), "lantern", "two blue kites over the dunes")
    is_readable(alex.page)
    is_readable(noor.page)
    noor.sets_up_second_step()
    is_readable(noor.page)


def test_the_second_step(stranger: Person) -> None:
    stranger.name = "Daniel"
    stranger.opens("/sign-in")
    account = stranger.account
    stranger.fills(Sign_in_name=account["sign_in_name"], Passphrase=account["passphrase"])
    stranger.presses("Sign in", exact=True)
    expect(stranger.page.get_by_label("Code")).to_be_visible()
    is_readable(stranger.page)
