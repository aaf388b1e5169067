"""Test changing one answer in two tabs or on two devices. The page must show both the saved and the newly
typed answer.
"""

import pytest
from playwright.sync_api import expect

from tests.trips.browsers import BOTH_WAYS, Browsers, Way
from tests.trips.portal import Portal
from tests.trips.sam_and_others import Participant

TOLD = "This answer was changed in another window or on another device."
FIRST, SECOND = "I walked to the bridge.", "I rang my brother."


@pytest.mark.parametrize("way", BOTH_WAYS, ids=str)
def test_answering_differently_in_a_second_tab_shows_both_answers(owen: Participant, way: Way) -> None:
    owen.takes_up("A week of choices", by="Carry on")
    second = owen.opens_a_second_tab()
    owen.answers(FIRST)
    second.types(SECOND)
    second.presses("Save and continue")
    second.reads(TOLD, FIRST)
    expect(second.composer.get_by_role("textbox")).to_have_value(SECOND)
    owen.page.reload()
    owen.said("What did you tell yourself", FIRST)

    second.presses("Save and continue")
    expect(second.page.get_by_text(TOLD)).to_have_count(0)
    owen.page.reload()
    owen.said("What did you tell yourself", SECOND)


@pytest.mark.parametrize("way", BOTH_WAYS, ids=str)
def test_after_a_conflict_between_two_tabs_a_participant_can_keep_the_saved_answer(
    owen: Participant, way: Way
) -> None:
    owen.takes_up("A week of choices", by="Carry on")
    second = owen.opens_a_second_tab()
    owen.answers(FIRST)
    second.types(SECOND)
    second.presses("Save and continue")
    second.reads(TOLD)
    second.presses("keep what's saved")
    second.said("What did you tell yourself", FIRST)


def test_a_draft_from_another_device_is_not_overwritten(
    owen: Participant, portal: Portal, browsers: Browsers
) -> None:
    owen.takes_up("A week of choices", by="Carry on")
    telephone = Participant(portal, browsers.open(), "Owen")
    telephone.signs_in()
    telephone.takes_up("A week of choices", by="Carry on")
    owen.types(FIRST)
    owen.saves()
    telephone.types(SECOND)
    expect(telephone.save_state).to_have_text(
        "Not saved: the text changed in another window or on another device. What you typed stays here."
    )
    expect(telephone.composer.get_by_role("textbox")).to_have_value(SECOND)
    owen.page.reload()
    expect(owen.composer.get_by_role("textbox")).to_have_value(FIRST)
