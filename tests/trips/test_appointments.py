"""Test that moving an appointment moves the work's due date. Test that several appointments can be moved
together.
"""

import re
from datetime import timedelta

import pytest

from tests.trips.browsers import BOTH_WAYS, Way
from tests.trips.sam_and_others import Participant
from tests.trips.staff import Practitioner


@pytest.mark.parametrize("way", BOTH_WAYS, ids=str)
def test_the_due_date_of_work_moves_with_its_appointment(
    priya: Practitioner, sam: Participant, way: Way
) -> None:
    day = (priya.portal.now + timedelta(days=20)).date()
    shown = f"{day:%A} {day.day} {day:%B}"
    sam.goes_home()
    sam.reads_nothing_of(shown)
    priya.moves_appointment("Sam", day, "15:15")
    sam.goes_home()
    sam.reads(f"{shown}", "3:15 pm")
    sam.takes_up("Warning signs")
    sam.reads(shown)
    sam.takes_up("A week of choices")
    sam.reads(shown)


@pytest.mark.parametrize("way", BOTH_WAYS, ids=str)
def test_a_practitioner_can_book_sessions_and_move_them_together_and_cancel_one(
    priya: Practitioner, sam: Participant, way: Way
) -> None:
    days = (priya.portal.now + timedelta(days=day) for day in range(25, 40))
    monday = next(day.date() for day in days if day.weekday() == 0)
    priya.plans_sessions("Sam", monday)
    priya.moves_all_from(monday - timedelta(days=4), "11:45")
    sam.goes_home()
    sam.reads("11:45 am", "for 2 hours")
    priya.page.get_by_role("link", name=re.compile("^Cancel ")).first.click()
    priya.page.get_by_label("Cancelled by the service").check()
    priya.presses("Save", exact=True)
    priya.reads("Attendance saved.")
    sam.goes_home()
    sam.presses("See my appointments")
    sam.reads("cancelled")
    with sam.page.expect_download() as download:
        sam.page.get_by_role("link", name="Add to my calendar").first.click()
    assert download.value.suggested_filename == "appointment.ics"
