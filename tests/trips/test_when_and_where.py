"""Test that a participant can choose when and where to do work."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.trips.browsers import BOTH_WAYS, EVERY_WAY, Way
from tests.trips.path import Walker
from tests.trips.sam_and_others import Participant
from tests.trips.staff import Practitioner, Staff
from tests.trips.tongues import Tongue


def says_when(who: Participant | Staff) -> None:
    main = who.page.get_by_role("main")
    who.ticks(main.get_by_label(who.tongue.says("Today"), exact=True))
    who.ticks(main.get_by_label(who.tongue.says("Evening"), exact=True))
    who.presses("Save", exact=True)


@pytest.mark.parametrize("way", EVERY_WAY, ids=str)
def test_saying_when_to_do_the_work_needs_four_presses(
    sam: Participant,
) -> None:
    sam.goes_home()
    before = sam.pressed
    sam.presses("Warning signs: Say when and where")
    says_when(sam)
    sam.is_at("/my/")
    assert sam.pressed - before == 4
    said = sam.page.locator("article.card.lead")
    expect(said).to_contain_text(re.compile(r"You said: this evening\."))
    sam.presses("Warning signs: Change")
    sam.presses_this(sam.page.get_by_text("Say where, and what to do if something gets in the way"))
    sam.fills(
        Where="At the kitchen table",
        What_to_do_if_something_gets_in_the_way="I'll answer the first question.",
    )
    sam.ticks(sam.page.get_by_label("Tomorrow", exact=True))
    sam.ticks(sam.page.get_by_label("Morning", exact=True))
    sam.presses("Save", exact=True)
    expect(said).to_contain_text(re.compile(r"You said: tomorrow morning\."))
    sam.presses("Start Warning signs")
    sam.reads("At the kitchen table", "I'll answer the first question.")


@pytest.mark.parametrize("way", BOTH_WAYS, ids=str)
def test_choosing_when_and_where_to_do_work_can_be_skipped_with_one_press(sam: Participant) -> None:
    sam.takes_up("Warning signs", by="Start")
    expect(sam.page.locator("#now .ask")).to_be_visible()
    sam.presses("Not now? Say when and where")
    before = sam.pressed
    sam.presses("Skip this")
    expect(sam.page.locator("#now .ask")).to_be_visible()
    assert sam.pressed - before == 1


@pytest.mark.parametrize("way", BOTH_WAYS, ids=str)
def test_practitioner_and_participant_choose_when_and_where_together(
    priya: Practitioner, sam: Participant
) -> None:
    priya.presses("Sam", exact=True)
    priya.presses("When and where Warning signs")
    says_when(priya)
    priya.is_at("/participants/[0-9a-f-]+")
    sam.goes_home()
    expect(sam.page.locator("article.card.lead")).to_contain_text(re.compile(r"You said: this evening\."))
    priya.presses("Brief for the next meeting")
    expect(priya.page.get_by_text(re.compile(r"Sam said: this evening\."))).to_be_visible()


class InWelsh(Walker):
    tongue = Tongue("cy")


@pytest.mark.parametrize("way", [Way(390, javascript=False)], ids=str)
def test_a_participant_can_use_welsh_to_plan_when_and_where_to_do_the_work(enter: Callable[..., Any]) -> None:
    emyr: Walker = enter(InWelsh, "Emyr")
    emyr.opens("/my/")
    emyr.presses(re.compile(re.escape(emyr.tongue.says("Say when and where"))))
    says_when(emyr)
    expect(emyr.page.get_by_text(re.compile(r"Dywedoch chi: heno"))).to_be_visible()
