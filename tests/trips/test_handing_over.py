"""Test what people read after a handover or after a practitioner leaves."""

import re

from tests.trips.reading import is_readable
from tests.trips.sam_and_others import Participant
from tests.trips.staff import Practitioner, Staff


def test_a_participant_is_handed_over_and_the_new_practitioner_then_leaves(
    priya: Practitioner, daniel: Practitioner, sam: Participant, margaret: Staff, alex: Staff
) -> None:
    priya.opens_page_of("Sam")
    his = priya.place
    priya.presses("Change status and history")
    is_readable(priya.page)
    priya.opens(his)
    priya.presses("Hand over to another practitioner")
    is_readable(priya.page)
    priya.page.get_by_label("Hand over to").select_option(label="Daniel")
    priya.fills(Reason="I am away for three months.")
    priya.presses("Hand over now")
    priya.reads("Handed over.")
    assert priya.opens(his) == 404

    sam.goes_home()
    sam.reads("You now work with Daniel.")
    sam.presses("Read what this means")
    sam.reads("What comes with you")
    is_readable(sam.page)
    sam.takes_up("Warning signs")
    sam.reads("Priya", "set this for you")
    daniel.takes_up("A week of choices", "Sam")

    alex.opens("/admin/staff")
    alex.presses("Mark as left Daniel")
    is_readable(alex.page)
    alex.presses("Mark as left", exact=True)
    alex.reads("Marked as left.")
    daniel.opens("/caseload")
    daniel.is_at("/sign-in")
    sam.goes_home()
    sam.reads("Daniel has left.")
    is_readable(sam.page)

    margaret.opens("/lead/")
    margaret.reads("3 participants are without a practitioner")
    is_readable(margaret.page)
    margaret.presses("Hand over Daniel")
    is_readable(margaret.page)
    margaret.page.get_by_label("Hand over to").select_option(label="Priya")
    margaret.fills(Reason="Daniel has left.")
    margaret.presses("Hand over now")
    margaret.reads("3 participants are handed over.")
    assert priya.opens(his) == 200
    sam.goes_home()
    sam.reads("You now work with Priya.")


def test_after_the_programme_the_participant_has_nothing_left_to_do(
    priya: Practitioner, sam: Participant
) -> None:
    priya.opens_page_of("Sam")
    priya.presses("Change status and history")
    priya.page.get_by_label("Completed", exact=True).check()
    priya.page.get_by_label("I know. Leave these as they are").check()
    priya.presses("Change status")
    priya.reads("Status changed.")
    sam.goes_home()
    sam.reads("Whenever you like, you can still open your plan", "Not needed any more")
    is_readable(sam.page)
    sam.page.get_by_role("link", name=re.compile("Warning signs")).click()
    sam.reads("You don't need to do this work any more.")
    is_readable(sam.page)
