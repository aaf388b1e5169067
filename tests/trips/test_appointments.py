"""Moving an appointment moves what is due before it."""

from datetime import timedelta

import pytest

from tests.trips.browsers import BOTH_WAYS, Way
from tests.trips.sam_and_others import Participant
from tests.trips.staff import Practitioner


@pytest.mark.parametrize("way", BOTH_WAYS, ids=str)
def test_what_is_due_moves_along(priya: Practitioner, sam: Participant, way: Way) -> None:
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
