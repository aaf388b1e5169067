"""Test that one press leads from a finished task in a practitioner's queue to the next task."""

from datetime import datetime, time, timedelta

from playwright.sync_api import Locator, TimeoutError, expect

from companion.domain.time.london import LONDON
from companion.domain.time.working_days import is_working_day, london_day
from tests.trips.portal import Portal
from tests.trips.staff import Practitioner

LAST = "That's the end of your queue."


def on_a_monday(portal: Portal) -> None:
    """Move the clock to eight in the morning on a later Monday that isn't a bank holiday."""
    day = london_day(portal.now) + timedelta(days=8)
    while day.weekday() or not is_working_day(day):
        day += timedelta(days=1)
    portal.moves_to(datetime.combine(day, time(8), LONDON))


def walks_the_queue(priya: Practitioner) -> None:
    """Go through the queue by pressing *Next*, and count the presses."""
    rows = priya.page.locator("ol.queue > li")
    expect(rows.first).to_be_visible()
    expect(priya.page.get_by_role("heading", name="things to do, the most pressing first")).to_be_visible()
    on_page = rows.count()
    assert on_page >= 5
    priya.pressed = 0
    follows(priya, rows.first.get_by_role("link"))
    met = []
    while not priya.page.get_by_text(LAST).count():
        met.append(priya.place)
        assert priya.place != "/caseload" and len(met) < 60
        way_on = priya.page.get_by_role("navigation", name="Your queue")
        follows(priya, way_on.get_by_role("link", name="Next in your queue"))
    assert priya.place == "/caseload"
    assert len(met) >= on_page and priya.pressed == len(met) + 1, "a press for each row, and one back"


def follows(priya: Practitioner, link: Locator) -> None:
    """Follow a link and wait for its page.

    If nothing happens for five seconds, press the link again. The browser may have ignored the first press,
    because the page with the link wasn't rendered yet.
    """
    before = priya.page.url
    priya.presses_this(link)
    try:
        priya.page.wait_for_url(lambda url: url != before, timeout=5000)
    except TimeoutError:
        priya.hands.press(link)
        priya.page.wait_for_url(lambda url: url != before)


def test_one_press_leads_from_a_finished_queue_row_to_the_next_row(
    portal: Portal, priya: Practitioner
) -> None:
    """The practitioner answers a message and then a submission."""
    priya.goes_to_board()
    queue = priya.page.get_by_role("region", name="things to do")
    priya.presses("Read messages from Owen", within=queue)
    priya.fills(Your_message_to_Owen="Please do.")
    priya.presses("Send message")
    priya.reads("Message sent.")
    priya.presses("Next in your queue", within=priya.page.get_by_role("navigation", name="Your queue"))
    priya.is_at("/submissions/[0-9a-f-]+")
    priya.says_of_the_whole("You looked at this with care.")
    priya.releases()
    priya.presses("Next in your queue", within=priya.page.get_by_role("navigation", name="Your queue"))
    priya.presses("Back to your queue")
    priya.is_at("/caseload")
    expect(priya.page.get_by_role("link", name="Read messages from Owen")).to_have_count(0)
    expect(priya.page.get_by_role("link", name="A week of choices, Sam")).to_have_count(0)
