"""Test starting, sending and continuing the two-minute version of a piece of work."""

import re

import pytest
from playwright.sync_api import expect

from tests.trips.browsers import EVERY_WAY, Way
from tests.trips.sam_and_others import Participant
from tests.trips.staff import Practitioner

TITLE = "Cycles, and where to step out"


def opens(sam: Participant, title: str) -> None:
    sam.goes_home()
    more = sam.page.locator("details:not([open]) > summary")
    for each in more.all():
        each.click()
    sam.presses_this(sam.page.get_by_role("main").get_by_role("link", name=re.compile(f"{title}$")).first)
    sam.is_at("/my/work/[0-9a-f-]+")


@pytest.mark.parametrize("way", EVERY_WAY, ids=str)
def test_a_participant_can_start_the_two_minute_version_of_work_with_one_press(
    priya: Practitioner, sam: Participant
) -> None:
    priya.sets(TITLE, for_whom="Sam", why="To have something at hand.")
    opens(sam, TITLE)
    before = sam.pressed
    sam.presses("I only have two minutes")
    assert sam.pressed - before == 1
    sam.is_asked("How does a bad run of days usually start for you?")
    sam.would_rather_talk()
    sam.is_asked("What might slow you down for a moment?")
    sam.is_not_sure()
    sam.is_asked("What will you do the next time you notice the very first step?")
    sam.would_rather_talk()
    sam.is_asked("How are you feeling now?")
    sam.would_rather_talk()
    sam.checks()
    sam.submits()
    sam.reads("You sent the two-minute version of this work, which counts as done.")
    assert sam.pressed - before == 7

    sam.presses("Carry on with the rest")
    sam.reads("You're now doing the full version.")
    sam.is_asked("On days like that, how does one thing lead")
    priya.opens("/caseload")
    priya.presses("Sam", exact=True)
    expect(priya.page.get_by_text(re.compile("two-minute version"))).to_be_visible()
    sam.presses("Leave it as I sent it")
    sam.reads("You sent the two-minute version, which counts as done.")


@pytest.mark.parametrize("way", [Way(390, javascript=False), Way(1280)], ids=str)
def test_answering_the_short_and_long_version_in_two_tabs_loses_no_answer(
    priya: Practitioner, sam: Participant
) -> None:
    priya.sets(TITLE, for_whom="Sam", why="To have something at hand.")
    opens(sam, TITLE)
    whole = sam.opens_a_second_tab()
    sam.presses("I only have two minutes")
    sam.would_rather_talk()
    whole.would_rather_talk()
    whole.is_asked("On days like that, how does one thing lead")
    whole.would_rather_talk()
    sam.is_not_sure()
    sam.would_rather_talk()
    sam.would_rather_talk()
    sam.reads("That was the last question.")
