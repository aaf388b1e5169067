"""Test that every page for staff is readable."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.trips.browsers import Browsers
from tests.trips.demo import Portals
from tests.trips.eyes_and_ears import Ears
from tests.trips.people import Person
from tests.trips.portal import Portal
from tests.trips.reading import is_readable, look_at
from tests.trips.staff import Practitioner, Staff, code_on_slip


@pytest.fixture(scope="module")
def portal(portals: Portals) -> Iterator[Portal]:
    """Yield one portal for all tests in this file."""
    yield from portals.lend()


def test_a_practitioners_pages_are_readable(priya: Practitioner) -> None:
    look_at(priya, ("/caseload", "/caseload?show=overdue&page=2", "/caseload/new", "/account"))
    priya.presses("My caseload")
    priya.opens_page_of("Sam")
    is_readable(priya.page)
    priya.presses("Move")
    is_readable(priya.page)
    priya.opens_page_of("Nathan")
    priya.presses_this(priya.page.get_by_role("link", name=re.compile("^Move ")).first)
    priya.presses("Move it and the next 2")
    is_readable(priya.page)
    priya.proposes_sessions("Owen", priya.portal.now.date() + timedelta(days=8))
    is_readable(priya.page)
    priya.opens_page_of("Sam")
    priya.presses(re.compile("^Cancel "))
    is_readable(priya.page)
    look_at(priya, ["/caseload/calendar"])
    priya.goes_to_board()
    priya.presses("Set work for Sam")
    is_readable(priya.page)
    priya.picks_activity("Control continuum")
    priya.presses("Set this work")
    priya.reads("You haven't written anything yet.")
    is_readable(priya.page)
    priya.adds("Robin", "harbour", priya.portal.now.date() + timedelta(days=365), "10:00")
    is_readable(priya.page)


def test_a_board_shown_as_cards_is_read_out_as_a_table(priya: Practitioner) -> None:
    priya.goes_to_board()
    priya.page.set_viewport_size({"width": 320, "height": 800})
    expect(priya.page.locator(".board td").first).to_have_css("display", "block")
    rows = Ears(priya.page).named("row")
    assert len(rows) == priya.page.locator(".board tbody tr").count()
    assert len(Ears(priya.page).named("cell", "gridcell")) == priya.page.locator(".board td").count()
    assert Ears(priya.page).named("table") == [""]


def test_a_practitioners_group_pages_are_readable(priya: Practitioner) -> None:
    priya.goes_to_board()
    priya.presses("Groups")
    is_readable(priya.page)
    priya.presses("New group")
    priya.fills(Label="Tuesday mornings")
    priya.page.get_by_label("Kit").check()
    is_readable(priya.page)
    priya.presses("Create group")
    priya.page.get_by_text("Add meeting").click()
    priya.fills(Day=f"{priya.portal.now.date() + timedelta(days=372)}", Time="16:30")
    priya.presses("Add for everyone")
    is_readable(priya.page)
    for act in ("Move", "Cancel", "Who's coming"):
        priya.presses(re.compile(f"^{act} "))
        is_readable(priya.page)
        priya.page.go_back()
    priya.presses("Set work for everyone")
    is_readable(priya.page)
    priya.picks_activity("Control continuum")
    is_readable(priya.page)


def test_pages_for_reading_a_submission_are_readable(priya: Practitioner) -> None:
    priya.takes_up("A week of choices", "Sam")
    is_readable(priya.page)
    priya.comments("What could you do when a moment like that", "A clear picture.")
    priya.returns_it("Could you say more about the walk?")
    is_readable(priya.page)


@pytest.mark.parametrize(
    ("name", "paths"),
    [
        (
            "Margaret",
            ("/lead/", "/lead/board", "/lead/own-activities", "/activities/", "/lead/staff", "/lead/after"),
        ),
        (
            "Margaret",
            (
                "/lead/figures",
                "/lead/evaluation",
                "/lead/evaluation/questions",
                "/lead/looks",
                "/lead/withheld",
            ),
        ),
        (
            "Alex",
            (
                "/admin/staff",
                "/account/signing-in",
                "/admin/staff/new",
                "/admin/signposts",
                "/admin/signpost/helpline",
            ),
        ),
    ],
)
def test_pages_for_leads_and_administrators_are_readable(
    enter: Callable[..., Any], name: str, paths: tuple[str, ...]
) -> None:
    somebody: Staff = enter(Staff, name)
    look_at(somebody, paths)
    if "/activities/" in paths:
        somebody.opens("/activities/")
        somebody.presses("Warning signs", exact=True)
        is_readable(somebody.page)


def test_pages_for_a_new_member_of_staff_are_readable(alex: Staff, browsers: Browsers) -> None:
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


def test_the_page_for_the_second_step_is_readable(stranger: Person) -> None:
    stranger.name = "Daniel"
    stranger.opens("/sign-in")
    account = stranger.account
    stranger.fills(Sign_in_name=account["sign_in_name"], Passphrase=account["passphrase"])
    stranger.presses("Sign in", exact=True)
    expect(stranger.page.get_by_label("Code")).to_be_visible()
    is_readable(stranger.page)
