"""Test what a screen reader speaks after refusals, confirmations, answers and saves."""

import re

import pytest
from playwright.sync_api import expect

from tests.trips.browsers import BOTH_WAYS, Way
from tests.trips.eyes_and_ears import Ears, listens, spoken
from tests.trips.sam_and_others import Participant
from tests.trips.staff import Practitioner
from tests.trips.test_typing_is_kept import AWAY

BEFORE, NEXT = (
    "What did you tell yourself at that moment?",
    "What could you do when a moment like that comes again?",
)
REPLY = "That’s fine. Thoughts are quick, and hard to catch."
SAVED = re.compile(r"^live: Saved \d\d:\d\d\. \w+ hasn't seen it yet\.$")

CALL = re.compile("No connection. You can still call: Emergency services 999, ")


def test_a_screen_reader_speaks_each_answer_and_reply_only_once(
    owen: Participant,
) -> None:
    owen.takes_up("A week of choices", by="Carry on")
    owen.is_asked(BEFORE)
    owen.page.get_by_role("button", name="I'm not sure yet").focus()
    listens(owen.page)
    owen.is_not_sure()
    expect(owen.page.locator("#now")).to_be_focused()
    assert spoken(owen.page) == ["focus: now before what goes"]
    heard = Ears(owen.page).at_the_focus()
    assert (heard.role, heard.name, heard.description) == (
        "article",
        f"You said: I'm not sure yet {REPLY} {NEXT}",
        "",
    )


@pytest.mark.parametrize("way", BOTH_WAYS, ids=str)
def test_a_refused_answer_is_announced(owen: Participant, way: Way) -> None:
    owen.takes_up("A week of choices", by="Carry on")
    owen.types("")
    owen.presses("Save and continue")
    expect(owen.page).to_have_title("Please check: Your work - Companion")
    heard = Ears(owen.page).at_the_focus()
    assert (heard.role, heard.name, heard.description) == (
        "alert",
        "You haven't written anything yet. Please write something.",
        BEFORE,
    )
    owen.answers("That it was only one evening.")
    expect(owen.page).to_have_title("Your work - Companion")


def test_screen_readers_announce_the_first_save_and_a_failed_save_and_the_next_successful_save(
    owen: Participant,
) -> None:
    owen.takes_up("A week of choices", by="Carry on")
    owen.composer.get_by_role("textbox").focus()
    listens(owen.page)
    owen.types("That it")
    owen.saves()
    expect(owen.page.get_by_role("status")).to_have_text(re.compile("^Saved"))
    for words in ("That it was", "That it was only"):
        owen.types(words)
        expect(owen.save_state).to_have_text("Not saved yet.")
        owen.saves()
    owen.page.context.set_offline(True)
    owen.types("That it was only one")
    expect(owen.save_state).to_have_text(AWAY)
    # the page tries again, but doesn't announce the failure a second time
    owen.page.wait_for_timeout(6_000)
    owen.page.context.set_offline(False)
    owen.saves()
    expect(owen.page.get_by_role("status")).to_have_text(re.compile("^Saved"))
    first, failure, recovery = (each for each in spoken(owen.page) if each.startswith("live"))
    assert SAVED.match(first) and failure == f"live: {AWAY}" and SAVED.match(recovery)


def test_if_the_help_page_cannot_be_loaded_screen_readers_announce_the_phone_numbers(
    owen: Participant,
) -> None:
    """Whenever somebody presses *I need help now*, screen readers announce the phone numbers."""
    owen.takes_up("A week of choices", by="Carry on")
    listens(owen.page)
    owen.page.context.set_offline(True)
    owen.types("That it was")
    expect(owen.save_state).to_have_text(AWAY)
    for _ in range(2):
        owen.presses("I need help now")
        owen.page.wait_for_timeout(6_000)
        expect(owen.save_state).to_have_text(CALL)
    *_, first, second = (each for each in spoken(owen.page) if each.startswith("live"))
    assert first == second and CALL.search(first)
    owen.presses("Save and continue")
    expect(owen.save_state).to_have_text(re.compile("^No connection: not sent."))
    owen.page.context.set_offline(False)
    expect(owen.save_state).to_have_text(re.compile(r"^Saved \d\d:\d\d, but not sent yet\."))


@pytest.mark.parametrize("way", BOTH_WAYS, ids=str)
def test_screen_readers_announce_both_the_errors_and_the_confirmation_of_the_feedback_form(
    priya: Practitioner, way: Way
) -> None:
    priya.takes_up("A week of choices", "Sam")
    priya.presses("Send feedback", exact=True)
    expect(priya.page).to_have_title(re.compile("^Please check: "))
    heard = Ears(priya.page).at_the_focus()
    assert (heard.role, heard.name) == ("alert", "One thing needs changing")
    assert "There's nothing to send yet." in heard.description
    priya.says_of_the_whole("Let us begin with the walk.")
    priya.presses("Send feedback", exact=True)
    priya.reads("Feedback sent.")
    heard = Ears(priya.page).at_the_focus()
    assert (heard.role, heard.name) == ("alert", "Feedback sent.")


@pytest.mark.parametrize("way", BOTH_WAYS, ids=str)
def test_a_confirmation_is_scrolled_into_view(owen: Participant, way: Way) -> None:
    """After a form has been sent, the page scrolls to the confirmation."""
    owen.opens("/my/messages")
    owen.page.get_by_role("textbox").fill("May I bring it?")
    owen.presses("Send message")
    owen.reads("Message sent.")
    expect(owen.page.locator("#told")).to_be_in_viewport()
    heard = Ears(owen.page).at_the_focus()
    assert (heard.role, heard.name) == ("alert", "Message sent.")


@pytest.mark.parametrize("way", BOTH_WAYS, ids=str)
def test_screen_readers_announce_that_a_change_was_saved(owen: Participant, way: Way) -> None:
    owen.takes_up("A week of choices", by="Carry on")
    owen.changes("Which choices are you glad", "I walked home")
    heard = Ears(owen.page).at_the_focus()
    assert (heard.role, heard.name) == ("alert", "We've saved your answer.")
    owen.is_asked(BEFORE)
