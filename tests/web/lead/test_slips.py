"""Test the leads' page about each practitioner's overdue tasks."""

import html
import re
from types import SimpleNamespace

from companion.domain.enrolments.pathway import PathwayState
from tests.cast import Cast
from tests.crowd import fill
from tests.fixtures import Clock
from tests.visitor import Page

FIGURE = re.compile(
    r'href="(/lead/board\?practitioner=[^"]+)">(\d+)<span class="vh"> ([^<]+), (\w+[^<]*)</span>'
)


def figures(page: Page) -> dict[tuple[str, str], tuple[str, int]]:
    """For each practitioner and kind of task, return the number of tasks and the link to the tasks."""
    return {
        (name, what): (html.unescape(address), int(many))
        for address, many, what, name in FIGURE.findall(page.text)
    }


def total(page: Page) -> int:
    """Return the number of participants on a board with the current filter."""
    found = re.search(r'aria-current="true">[^<]+ <b>(\d+)</b>', page.text)
    assert found
    return int(found[1])


def test_the_list_shows_since_when_each_practitioners_tasks_have_been_overdue(
    cast: Cast, enter: SimpleNamespace, clock: Clock
) -> None:
    cast.sam.writes("May I bring my notebook?")
    assert cast.idris and 'href="/lead/slips"' in enter.margaret.get("/lead/").text
    assert set(figures(enter.margaret.get("/lead/slips"))) == {("Priya", "Nothing set")}
    clock.forward(days=7)
    enter.margaret.sign_in(cast, cast.margaret)
    page = enter.margaret.get("/lead/slips")
    assert {each: many for each, (_, many) in figures(page).items()} == {
        ("Priya", "Message overdue"): 1,
        ("Priya", "Attendance not noted"): 1,
        ("Priya", "In the programme, no session booked"): 1,
        ("Daniel", "Attendance not noted"): 1,
        ("Daniel", "In the programme, no session booked"): 1,
    }
    words = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.text)).split())
    assert words.index("Priya") < words.index("Daniel"), "what is late comes first"
    assert "since Thursday 26 November" in words and "Sam" not in words
    for address, many in figures(page).values():
        found = enter.margaret.get(address)
        assert total(found) == many == found.text.partition("<tbody")[2].count("<tr>"), address


def test_each_overdue_count_matches_the_page_it_links_to(
    cast: Cast, enter: SimpleNamespace, clock: Clock
) -> None:
    fill(cast.store, cast.priya.viewer.account_id, 60, cast.now, caseload=20)
    for days in (0, 40):
        clock.forward(days=days)
        if days:
            enter.margaret.sign_in(cast, cast.margaret)
        found = figures(enter.margaret.get("/lead/slips"))
        assert len(found) >= 3
        for address, many in found.values():
            assert total(enter.margaret.get(address)) == many, address


def test_a_leads_start_page_lists_open_requests_oldest_first(
    cast: Cast, enter: SimpleNamespace, clock: Clock
) -> None:
    cast.sam.says_is_wrong("My name.", "Sammy.")
    clock.forward(hours=30)
    cast.owen.asks_to_be_erased()
    cast.owen.tells("I need to say this.")
    page = enter.margaret.get("/lead/")
    words = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.text)).split())
    asked, erase = (
        "One request for a correction since Tuesday 24",
        "One request for erasure since Wednesday 25",
    )
    assert words.index(asked) < words.index(erase)
    assert "None is overdue. The oldest is from Wednesday 25 November, 8 pm." in words


def test_the_overdue_page_says_when_nothing_is_overdue(cast: Cast, enter: SimpleNamespace) -> None:
    assert "lead/slips" not in enter.margaret.get("/lead/").text
    assert "Nothing is overdue or missing." in enter.margaret.get("/lead/slips")


def test_tasks_about_a_participant_with_a_closed_enrolment_are_not_counted_as_overdue(
    cast: Cast, enter: SimpleNamespace, clock: Clock
) -> None:
    cast.priya.moves(cast.sam, PathwayState.ENDED_EARLY, PathwayState.CLOSED, reason="It is over.")
    clock.forward(days=7)
    assert figures(enter.margaret.get("/lead/slips")) == {}
