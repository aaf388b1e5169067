"""Test the main workflow, from setting work to sending feedback."""

import pytest
from playwright.sync_api import expect

from tests.trips.browsers import EVERY_WAY, Way
from tests.trips.portal import Portal
from tests.trips.sam_and_others import Participant
from tests.trips.staff import Practitioner

UNSEEN = ("What made it a three?", "A good start.")
WHOLE = "You looked at this with care."


@pytest.fixture
def portal(portal: Portal) -> Portal:
    """Restart the portal with two processes, as in production."""
    portal.kill()
    portal.workers = 2
    portal.start()
    return portal


@pytest.mark.parametrize("way", EVERY_WAY, ids=str)
def test_a_practitioner_can_set_work_and_ask_for_changes_and_send_feedback(
    priya: Practitioner, sam: Participant, way: Way
) -> None:
    priya.sets("Control continuum", "Sam", why="So that we see what moves you along the line.")
    assert priya.pressed <= 5

    sam.takes_up("Control continuum", by="Start")
    sam.reads("So that we see what moves you along the line.")
    answers_first(sam)
    answers_the_rest(sam)
    sam.checks()
    sam.said("What’s one small thing", "My phone stays in the kitchen")
    sam.submits()
    sam.reads("Thank you. You've sent your answers.", "Priya will read your answers before you meet on")

    priya.takes_up("Control continuum", "Sam")
    for said in ("The Helpline", "I went for a walk", "Tired", "I stay up late", "Going outside"):
        priya.reads(said)
    expect(priya.turn("less in control").locator(".said")).to_contain_text("I'd rather talk about this")
    priya.comments("How much control did you feel", UNSEEN[0])
    priya.says_of_the_whole(UNSEEN[1])
    priya.saves_for_later()
    sees_nothing_yet(sam)

    priya.returns_it("Could you say more about the walk?")
    sam.goes_home()
    sam.reads("Priya has asked you to look again at your answers.")
    sam.takes_up("Control continuum", by="Look at it again")
    sam.reads("Could you say more about the walk?", *UNSEEN)
    sam.said("when you felt more in control", "I went for a walk")
    sam.changes("when you felt more in control", "I walked to the bridge and back.")
    sam.said("when you felt more in control", "I walked to the bridge and back.")
    sam.reads("Could you say more about the walk?")
    before = sam.turn("when you felt more in control").locator("details")
    before.get_by_text("In round 1").click()
    expect(before).to_contain_text("I went for a walk")
    sam.checks()
    sam.submits()

    priya.takes_up("Control continuum", "Sam")
    turn = priya.turn("when you felt more in control")
    expect(turn.locator(".said").first).to_contain_text("I walked to the bridge and back.")
    turn.get_by_text("Their answer in round 1").click()
    priya.reads("I went for a walk")
    priya.comments("when you felt more in control", "That is a clear picture.")
    priya.says_of_the_whole(WHOLE)
    priya.releases()

    sam.goes_home()
    sam.reads("Priya sent feedback on your work from")
    sam.takes_up("Control continuum", by="Read Priya's feedback")
    expect(sam.turn("when you felt more in control")).to_contain_text("That is a clear picture.")
    sam.reads(WHOLE)
    expect(sam.composer).to_have_count(0)
    expect(sam.turns.get_by_role("link", name="Change")).to_have_count(0)


def answers_first(sam: Participant) -> None:
    """Choose 3 on the first question's scale. The answer leads to an extra question."""
    sam.is_asked("How much control did you feel over what you did online this week?")
    sam.answers("3")


def answers_the_rest(sam: Participant) -> None:
    """Answer the other questions."""
    sam.is_asked("Who could you talk to today or tomorrow?")
    sam.answers("The Helpline")
    sam.is_asked("when you felt more in control")
    sam.answers("I went for a walk.\n\nIt was still light.")
    sam.is_asked("before you feel less in control")
    sam.would_rather_talk()
    sam.is_asked("What tells you that your control is slipping?")
    sam.answers("Tired", "I stay up late", "I skip meals")
    sam.is_asked("What has helped you to get some control back")
    sam.answers("Going outside", "Talking to another adult")
    sam.is_asked("What’s one small thing you’ll do this week")
    sam.answers("My phone stays in the kitchen")
    sam.is_asked("How sure are you that you will do it?")
    sam.answers("8")
    sam.is_asked("That was the last question.")


def sees_nothing_yet(sam: Participant) -> None:
    """Check that the participant's pages don't show unsent feedback."""
    sam.goes_home()
    sam.reads_nothing_of(*UNSEEN)
    sam.takes_up("Control continuum")
    sam.reads("You'll see Priya's feedback here, beside your answers.")
    sam.reads_nothing_of(*UNSEEN)
