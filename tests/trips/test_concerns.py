"""Test that a participant can report a concern while answering questions. Test that staff can't overlook a
concern.
"""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from companion.domain.time.london import LONDON
from companion.domain.time.working_days import is_working_day
from tests.trips.browsers import BOTH_WAYS, Browsers, Way
from tests.trips.portal import Portal
from tests.trips.reading import is_readable
from tests.trips.sam_and_others import Participant
from tests.trips.staff import Practitioner, Staff

PASSPHRASE = "nine brown hens behind a hedge"
HALF = "That it was only"
WORDS = "I am worried about somebody, and I would like to say so."


def looks_well(page: Page, way: Way) -> None:
    """Check that the page is readable if scripts are on."""
    if way.javascript:
        is_readable(page)


@pytest.mark.parametrize("way", BOTH_WAYS, ids=str)
def test_a_participant_can_report_a_concern_while_answering(
    owen: Participant, priya: Practitioner, margaret: Staff, way: Way
) -> None:
    owen.takes_up("A week of choices", by="Carry on")
    owen.is_asked("What did you tell yourself at that moment?")
    owen.types(HALF)
    owen.presses("tell us here")
    owen.is_at("/my/tell")
    owen.reads("Priya and Margaret will read what you tell us.", "What we must pass on")
    expect(owen.page.get_by_role("main").locator("a[href='tel:999']").first).to_be_visible()
    owen.presses("Send it now")
    owen.reads("You haven't written anything yet.")
    looks_well(owen.page, way)
    owen.fills(What_would_you_like_to_tell_us=WORDS)
    owen.presses("Send it now")
    owen.reads("Thank you. It's been sent.", "You'll only see this page once.")
    owen.reads_nothing_of(WORDS)
    looks_well(owen.page, way)
    owen.presses("Back to the question")
    owen.is_asked("What did you tell yourself at that moment?")
    expect(owen.composer.get_by_role("textbox")).to_have_value(HALF)
    for path in ("/my/", "/my/tell", "/account"):
        owen.opens(path)
        owen.reads_nothing_of(WORDS, "It's been sent.")

    priya.goes_to_board()
    priya.reads("Told us something that can't wait")
    looks_well(priya.page, way)
    priya.presses("Open the concern about Owen")
    priya.reads(WORDS)
    priya.fills(Add_a_note="I rang him at once.")
    priya.presses("Add note")
    priya.reads("Note added.")
    looks_well(priya.page, way)

    margaret.presses("See the concerns")
    looks_well(margaret.page, way)
    margaret.presses(re.compile("^Read it .*, From a participant$"))
    margaret.reads(WORDS, "I rang him at once.", "Not assigned yet")
    margaret.presses("Assign to me")
    margaret.reads("Assigned to you.")
    passed = margaret.portal.now.astimezone(LONDON)
    margaret.fills(Referred_to="The duty team", Date=f"{passed:%Y-%m-%d}", Time=f"{passed:%H:%M}")
    looks_well(margaret.page, way)
    margaret.presses("Record a referral")
    margaret.reads("Referral recorded.", "Margaret recorded a referral")
    margaret.presses("Close concern", exact=True)
    margaret.reads("You haven't written anything yet.")
    margaret.fills(Reason_for_closing="The duty team has it.")
    margaret.presses("Close concern", exact=True)
    margaret.reads("Concern closed.", "Closed by Margaret")
    priya.goes_to_board()
    priya.reads_nothing_of("can't wait")


@pytest.mark.parametrize("way", BOTH_WAYS, ids=str)
def test_a_practitioner_raises_a_concern_from_an_answer(
    priya: Practitioner, sam: Participant, margaret: Staff, way: Way
) -> None:
    priya.takes_up("A week of choices", "Sam")
    priya.comments("What could you do when a moment like that", "A clear picture.")
    turn = priya.turn("What could you do when a moment like that")
    priya.presses_this(turn.locator(".more summary"))
    priya.presses("Raise a concern", within=turn)
    priya.is_at("/participants/[0-9a-f-]+/concerns/new")
    priya.reads("What could you do when a moment like that")
    looks_well(priya.page, way)
    priya.fills(What_was_seen="He sounds very low.", Referred_to="The duty team")
    priya.presses("Raise the concern")
    priya.reads("This isn't a date.")
    expect(priya.page.get_by_label("What was seen")).to_have_value("He sounds very low.")
    seen = priya.portal.now.astimezone(LONDON)
    priya.fills(Date=f"{seen:%Y-%m-%d}", Time=f"{seen:%H:%M}")
    priya.presses("Raise the concern")
    priya.reads("Concern raised. The lead has been told.", "Raised by a practitioner")
    looks_well(priya.page, way)
    for path in ("/my/", "/account"):
        sam.opens(path)
        sam.reads_nothing_of("very low", "oncern")
    margaret.presses("See the concerns")
    margaret.page.get_by_role("row", name="Priya").get_by_role("link", name="Read it").click()
    margaret.reads(
        "What Priya saw", "He sounds very low.", "What could you do when a moment like that", "The duty team"
    )


def test_pressing_enter_in_a_field_of_a_list_sends_the_answer(owen: Participant) -> None:
    """Enter must not press the button for reporting a concern."""
    owen.takes_up("A week of choices", by="Carry on")
    owen.presses("Change: Which choices are you glad you made this week?")
    owen.composer.get_by_label("Line 1").fill("I walked to the bridge")
    owen.composer.get_by_label("Line 1").press("Enter")
    owen.said("Which choices are you glad", "I walked to the bridge")


def test_only_leads_can_read_a_participants_complaint_about_their_practitioner(
    idris: Participant, margaret: Staff, enter: Callable[..., Any]
) -> None:
    idris.opens("/account")
    idris.presses("Something about my practitioner")
    idris.reads("Only the service's leads can read this.", "Lucy Faithfull Foundation")
    is_readable(idris.page)
    idris.fills(What_would_you_like_to_say="I would like somebody else to talk to.")
    idris.presses("Send it now")
    idris.reads("Only the service's leads can read this.", "Margaret will deal with what you tell us")
    idris.opens("/account")
    idris.presses("See it, take a copy, or ask us to correct or erase it")
    with idris.page.expect_download() as taken:
        idris.presses("Save it as a page to read")
    assert taken.value.suggested_filename == "notes.html"
    his = taken.value.path().read_text()
    assert "Idris" in his and "somebody else to talk to" not in his and "We may withhold some records." in his
    idris.presses("Ask for my information to be erased")
    idris.presses("Yes, ask for it to be erased")
    idris.reads("The service's lead is considering your request, and you'll hear from us within one month.")
    is_readable(idris.page)

    daniel: Practitioner = enter(Practitioner, "Daniel")
    daniel.opens_page_of("Idris")
    daniel.reads_nothing_of("somebody else to talk to", "About a practitioner")
    margaret.opens("/lead/concerns")
    margaret.presses(re.compile("^Read it .*, About a practitioner$"))
    margaret.reads("I would like somebody else to talk to.")
    margaret.opens("/lead/erasures")
    margaret.reads("2 open concerns.")
    margaret.page.get_by_role("link", name=re.compile("^Decide")).last.click()
    margaret.reads("You can't do this while there's a legal hold or an open concern.")
    is_readable(margaret.page)
    paths = ("erasures", "corrections", "holds", "retention", "concerns/closed", "concerns/rules")
    for path in (f"/lead/{each}" for each in paths):
        margaret.opens(path)
        is_readable(margaret.page)


def test_a_concern_that_nobody_takes_on_by_noon_on_monday_goes_to_the_covering_lead(
    sam: Participant, alex: Staff, margaret: Staff, portal: Portal, browsers: Browsers
) -> None:
    """The participant raises the concern on a Friday evening.

    The covering lead is told at noon on Monday. If nobody has taken on the concern by 2 pm, every lead is
    told.
    """
    ruth = becomes_a_lead("Ruth", alex, margaret, browsers)
    margaret.opens("/lead/concerns/rules")
    margaret.page.get_by_label("Cover", exact=True).select_option(label="Ruth")
    margaret.presses("Save rules")
    margaret.reads("Rules saved.", "Ruth covers.")

    friday, monday = a_friday_and_the_monday(portal.now)
    moves_to(portal, datetime.combine(friday, time(19, 40), LONDON))
    sam.signs_in()
    sam.opens("/my/tell")
    sam.reads(f"By Monday {monday.day} {monday:%B}, 12 noon, Margaret will deal with what you tell us.")
    sam.fills(What_would_you_like_to_tell_us=WORDS)
    sam.presses("Send it now")
    sam.reads("Thank you. It's been sent.")

    moves_to(portal, datetime.combine(monday, time(11, 50), LONDON))
    sees(margaret, "to be assigned by Monday", "Assigned to you")
    portal.run("reminders")
    opens_it(margaret)
    margaret.reads("Priya was told", "Margaret was told")
    margaret.reads_nothing_of("in time")

    moves_to(portal, datetime.combine(monday, time(12, 0, 5), LONDON))
    sees(margaret, "overdue: to be assigned by Monday", "Assigned to the cover, Ruth")
    margaret.opens("/lead/")
    margaret.reads("2 are overdue.")  # the second overdue concern is one that Daniel raised earlier
    sees(ruth, "overdue: to be assigned by Monday", "Assigned to you")
    portal.run("reminders")
    opens_it(ruth)
    ruth.reads("Ruth was told that the concern hadn't been assigned in time")
    ruth.reads_nothing_of("Margaret was told that the concern hadn't been assigned in time")

    moves_to(portal, datetime.combine(monday, time(14, 0, 5), LONDON))
    sees(margaret, "overdue: to be assigned by Monday", "Assigned to every lead")
    for _ in range(2):
        portal.run("reminders")
    opens_it(margaret)
    margaret.reads("Margaret was told that the concern hadn't been assigned in time")
    assert margaret.page.content().count("been assigned in time") == 2
    margaret.presses("Assign to me")
    margaret.reads("Assigned to you.")
    sees(ruth, "to be referred on or closed by Tuesday", "Assigned to Margaret")


def becomes_a_lead(name: str, alex: Staff, margaret: Staff, browsers: Browsers) -> Staff:
    """Return a new lead who has set up a second sign-in step. The administrator added the new lead, and
    another lead approved the new lead.
    """
    alex.presses("Add staff")
    alex.fills(Name=name)
    alex.page.get_by_label("Lead").check()
    alex.presses("Add", exact=True)
    alex.reads("waiting for a lead's approval")
    code = margaret.approves(name, "lantern")
    new = Newcomer(margaret.portal, browsers.open(), name)
    new.joins(code, "lantern", PASSPHRASE)
    new.secret, _ = new.sets_up_second_step()
    return new


class Newcomer(Staff):
    """A lead who isn't in the demo."""

    secret = ""

    @property
    def account(self) -> dict[str, str]:
        """Return the new lead's sign-in details."""
        return {"sign_in_name": self.name.lower(), "passphrase": PASSPHRASE, "totp_secret": self.secret}


def a_friday_and_the_monday(now: datetime) -> tuple[date, date]:
    """Return a Friday and the next Monday. Monday and Tuesday are working days."""
    friday = now.astimezone(LONDON).date() + timedelta(days=1)
    while friday.weekday() != 4 or not all(is_working_day(friday + timedelta(days=n)) for n in (3, 4)):
        friday += timedelta(days=1)
    return friday, friday + timedelta(days=3)


def moves_to(portal: Portal, moment: datetime) -> None:
    portal.moves_on(seconds=(moment - portal.now).total_seconds())


def opens_it(lead: Staff) -> None:
    lead.opens("/lead/concerns")
    lead.presses(re.compile("^Read it .*, From a participant$"))


def sees(lead: Staff, *words: str) -> None:
    """Check the row for Sam's concern in the list of concerns. If the session has locked, sign in again."""
    lead.opens("/lead/concerns")
    if lead.place == "/sign-in":
        lead.gives_passphrase()
        lead.opens("/lead/concerns")
    row = lead.page.get_by_role("row", name="From a participant")
    for each in words:
        expect(row).to_contain_text(each)
