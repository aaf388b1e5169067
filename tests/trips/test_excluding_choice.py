"""Test an option that excludes all other options, with and without scripts."""

import pytest
from playwright.sync_api import expect

from tests.trips.browsers import Way
from tests.trips.sam_and_others import Participant

NONE, FRIEND, DOCTOR = "None of these yet", "An adult friend", "My doctor"


def is_asked_who_is_possible(sam: Participant) -> None:
    sam.takes_up("Warning signs", by="Start")
    while not sam.page.locator("[data-alone]").count():
        sam.is_not_sure()


@pytest.mark.parametrize("way", [Way(390)], ids=str)
def test_ticking_an_option_such_as_none_of_these_unticks_all_others(
    sam: Participant,
) -> None:
    is_asked_who_is_possible(sam)
    none, friend, doctor = (sam.page.get_by_label(each, exact=True) for each in (NONE, FRIEND, DOCTOR))
    friend.check()
    doctor.check()
    none.check()
    for each in (friend, doctor):
        expect(each).not_to_be_checked()
    doctor.check()
    expect(none).not_to_be_checked()
    sam.goes_on("Save and continue")
    sam.said("Which of these could be possible for you?", DOCTOR)


@pytest.mark.parametrize("way", [Way(390, javascript=False)], ids=str)
def test_without_javascript_all_ticked_options_stay_ticked_after_an_error(
    sam: Participant,
) -> None:
    is_asked_who_is_possible(sam)
    for each in (DOCTOR, NONE):
        sam.ticks(sam.page.get_by_label(each, exact=True))
    sam.presses("Save and continue")
    sam.reads("You can't choose “None of these yet” together with anything else.")
    for each in (DOCTOR, NONE):
        expect(sam.page.get_by_label(each, exact=True)).to_be_checked()
    sam.page.get_by_label(NONE, exact=True).uncheck()
    sam.goes_on("Save and continue")
    sam.said("Which of these could be possible for you?", DOCTOR)
