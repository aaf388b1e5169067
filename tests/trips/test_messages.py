"""Test that a covering practitioner can answer a question. Test that a lead can read notes."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from companion.domain.time.london import LONDON
from tests.trips.browsers import BOTH_WAYS, Way
from tests.trips.reading import is_readable
from tests.trips.sam_and_others import Participant
from tests.trips.staff import Practitioner, Staff

QUESTION = "May I bring my notebook?"
ANSWER = "Please do. I am Daniel, and I read these for Priya."
NOTE = "Begin with the evenings next time."


@pytest.mark.parametrize("way", BOTH_WAYS, ids=str)
def test_the_covering_practitioner_answers_a_participants_question(
    sam: Participant, priya: Practitioner, daniel: Practitioner, way: Way
) -> None:
    today = priya.portal.now.astimezone(LONDON).date()
    priya.opens("/account")
    priya.presses("Say when you'll be away")
    priya.is_away(today, today + timedelta(days=20), "Daniel")

    sam.goes_home()
    sam.presses("Write to Priya")
    sam.reads("Priya is away until", "Daniel, another practitioner, will read your message by")
    sam.page.get_by_label("Your message").fill(QUESTION)
    if way.javascript:
        expect(sam.page.locator(".save-state")).to_have_text(re.compile(r"Saved \d\d:\d\d\. Not sent yet\."))
    sam.presses("tell us here")
    sam.is_at("/my/tell")
    sam.presses("Back to my message")
    expect(sam.page.get_by_label("Your message")).to_have_value(QUESTION)
    sam.presses("Send message")
    sam.reads("Message sent.", QUESTION, "Not read yet")

    daniel.goes_to_board()
    daniel.reads("Messages while Priya is away", "One new message")
    daniel.presses("Messages Sam")
    daniel.reads(QUESTION, "Priya is away.")
    expect(daniel.page.get_by_text("New", exact=True)).to_be_in_viewport()
    daniel.page.get_by_label("Your message to Sam").fill(ANSWER)
    daniel.presses("Send message")
    daniel.reads(ANSWER, "Not read yet")

    sam.goes_home()
    sam.reads("Daniel has written to you")
    sam.presses("Read the message")
    sam.reads(ANSWER, "by Daniel")
    daniel.page.reload()
    daniel.reads("by Sam")
    if way.javascript:
        for person in (sam, daniel):
            is_readable(person.page)


def test_a_practitioner_can_see_that_a_lead_has_read_the_practitioners_notes(
    priya: Practitioner, sam: Participant, margaret: Staff
) -> None:
    priya.opens_page_of("Sam")
    reference = priya.page.locator("h1 .ref").inner_text()
    priya.presses("Open the notes")
    priya.fills(Add_a_note=NOTE)
    priya.presses("Add note")
    priya.reads("Note added.", NOTE)
    sam.opens("/my/tell")
    sam.fills(What_would_you_like_to_tell_us="I am worried about tonight.")
    sam.presses("Send it now")
    sam.reads("Thank you. It's been sent.")
    margaret.opens("/lead/")
    margaret.presses("Lead access")
    is_readable(margaret.page)
    margaret.presses("Open", exact=True)
    margaret.reads("You haven't written anything yet.")
    margaret.fills(Reference=reference, Your_reason="A worry about somebody's safety.")
    margaret.page.get_by_label("A concern about somebody's safety").check()
    margaret.presses("Open", exact=True)
    margaret.presses("The practitioner's notes")
    margaret.reads(NOTE)
    is_readable(margaret.page)
    priya.opens_page_of("Sam")
    priya.reads("Lead access to this record", "A worry about somebody's safety.")
    is_readable(priya.page)
    priya.opens("/away")
    is_readable(priya.page)
