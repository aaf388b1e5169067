"""Test that staff can write, try, approve, set and change activities."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.trips.browsers import BOTH_WAYS, Way
from tests.trips.demo import Portals
from tests.trips.portal import Portal
from tests.trips.reading import is_readable
from tests.trips.sam_and_others import Participant
from tests.trips.staff import Practitioner, Staff

INTRODUCTION = "This looks at one walk. It helps you plan the next one."
WENT, KEPT, SAW, LIKED, AGAIN, NEXT = (
    "Did you go for a walk this week?",
    "What was in the way?",
    "What did you notice on the way?",
    "How much did you like it?",
    "Would you take the same way again?",
    "What is your next walk?",
)
TYPED = ("How was the walk on Sunday?", "What helped you to go?", "What would you like to try next?")
LONG = "What did you see " + "and hear " * 9 + "on the way?"
TOLD_YOURSELF = "What did you tell yourself at that moment?"


@pytest.fixture(scope="module")
def portal(portals: Portals) -> Iterator[Portal]:
    """Yield one portal for all tests in this file. Each test writes its own activity."""
    yield from portals.lend()


def writes_a_walk(author: Staff, title: str) -> None:
    """Write six questions of six different kinds, some with branches.

    A question is asked for each item of a list.
    """
    author.begins_activity(title, INTRODUCTION)
    author.adds_question("One choice", WENT, "Yes", "Not this week")
    author.adds_question("A short text", KEPT)
    author.adds_question("A list", SAW)
    ends = {"The_lowest_number_means": "Not much", "The_highest_number_means": "Very much"}
    author.adds_question("A number on a scale", LIKED, **ends)
    author.adds_question("Yes or no", AGAIN)
    author.adds_question("Commitment", NEXT)
    author.edits_question(1)
    author.leads({1: f"Question 3: {SAW}"}, not_sure=f"Question 6: {NEXT}")
    author.edits_question(2)
    author.leads({}, otherwise=f"Question 6: {NEXT}")
    author.edits_question(4)
    author.page.get_by_text("Using earlier answers").click()
    author.page.get_by_label("Ask this once for each item").select_option(label=f"Question 3: {SAW}")
    author.saves_question()


def is_asked(author: Staff, question: str) -> None:
    expect(author.page.locator("#now .ask")).to_contain_text(question)


def chooses(author: Staff, answer: str) -> None:
    author.page.get_by_role("radio", name=answer).check()
    author.presses("Save and continue")


def tries_every_way(author: Staff) -> None:
    """Preview both branches and the answer *not sure yet*. Start a preview at a later question."""
    author.presses("Preview", exact=True)
    author.reads("Nothing you type here is saved.", INTRODUCTION)
    chooses(author, "Yes")
    is_asked(author, SAW)
    author.presses("Start again")
    chooses(author, "Not this week")
    is_asked(author, KEPT)
    author.presses("Start again")
    author.presses("I'm not sure yet")
    is_asked(author, NEXT)
    author.presses("Back to the activity")
    author.presses("Preview from here (question 5)", exact=True)
    chooses(author, "No")
    is_asked(author, NEXT)
    author.presses("I'd rather talk about this")
    author.reads("That was the last question.")
    author.presses("Back to the activity", within=author.page.locator("#now"))


@pytest.mark.parametrize("way", BOTH_WAYS, ids=str)
def test_a_practitioner_writes_an_activity_that_is_approved_and_set(
    priya: Practitioner, margaret: Staff, sam: Participant, way: Way
) -> None:
    title = f"A walk at {way}"
    writes_a_walk(priya, title)
    priya.reads("Nothing to correct.", "2 to 10 questions, depending on the answers.")
    tries_every_way(priya)
    priya.presses("Ask for approval")
    priya.reads("Sent to a lead for approval.")

    margaret.takes_up_activity(title)
    margaret.reads("Yes", "Not this week", "If the answer is “Yes”: to question 3.")
    margaret.reads("Asked for each item in question 3")
    margaret.presses("Approve", exact=True)
    margaret.reads("Activity approved. Practitioners can set it now.")

    priya.sets(title, "Sam", why="So that we plan the next one.")
    sam.takes_up(title, by="Start")
    sam.is_asked(WENT)
    sam.answers("Yes")
    sam.is_asked(SAW)
    sam.answers("A heron", "Two kites")
    for thing in ("A heron", "Two kites"):
        sam.is_asked(thing)
        sam.is_asked(LIKED)
        sam.answers("7")
    sam.is_asked(AGAIN)
    sam.is_not_sure()
    sam.is_asked(NEXT)
    sam.would_rather_talk()
    sam.reads_nothing_of(KEPT)
    sam.checks()
    sam.submits()


@pytest.mark.parametrize("way", BOTH_WAYS, ids=str)
def test_a_practitioner_sets_three_questions_of_their_own_in_three_presses(
    priya: Practitioner, margaret: Staff, owen: Participant, way: Way
) -> None:
    """The practitioner starts from the caseload page, and types in two fields."""
    priya.goes_to_board()
    priya.pressed = 0
    priya.presses("Set work for Owen")
    priya.presses("Type your own questions")
    priya.fills(Questions="\n".join(TYPED), Why="So that we can begin with it.")
    priya.presses("Set these questions")
    priya.reads("Work set.")
    assert priya.pressed <= 3

    owen.takes_up("Questions from Priya", by="Start")
    for question in TYPED:
        owen.is_asked(question)
        owen.answers("It went well.")
    owen.checks()
    owen.submits()

    margaret.opens("/lead/")
    margaret.presses(re.compile("new sets? of .* own questions$"))
    unseen = (
        margaret.page.get_by_role("listitem")
        .filter(has_text="you haven't seen this yet")
        .filter(has_text="typed")
    )
    margaret.presses("View", within=unseen)
    margaret.reads("a practitioner's own", *TYPED)
    margaret.reads_nothing_of("Owen", "It went well.")
    margaret.presses("Practitioners' own questions")
    expect(unseen).to_have_count(0)
    margaret.reads_nothing_of("Owen")


def test_a_new_version_of_an_activity_does_not_change_started_work(
    priya: Practitioner, margaret: Staff, owen: Participant
) -> None:
    owen.takes_up("A week of choices", by="Carry on")
    owen.is_asked(TOLD_YOURSELF)
    owen.types("That it was only")
    owen.saves()

    priya.takes_up_activity("A week of choices")
    number = 1 + [*priya.page.locator(".questions .ask").all_inner_texts()].index(TOLD_YOURSELF)
    priya.edits_question(number)
    priya.fills(The_question="What did you think of?")
    priya.saves_question()
    priya.reads("Version 2")
    priya.presses("Ask for approval")
    margaret.takes_up_activity("A week of choices")
    margaret.presses("Approve", exact=True)
    margaret.reads("Activity approved.")

    owen.page.reload()
    owen.is_asked(TOLD_YOURSELF)
    expect(owen.composer.get_by_role("textbox")).to_have_value("That it was only")
    owen.answers("That it was only one evening.")
    owen.said("What did you tell yourself", "That it was only one evening.")
    owen.reads_nothing_of("What did you think of?")


@pytest.mark.parametrize("way", BOTH_WAYS, ids=str)
def test_two_authors_who_change_the_same_question_lose_no_text(
    priya: Practitioner, margaret: Staff, way: Way
) -> None:
    title = f"Two of us at {way}"
    priya.begins_activity(title, INTRODUCTION)
    priya.adds_question("One choice", WENT, "Yes", "Not this week")
    margaret.takes_up_activity(title)
    for author in (priya, margaret):
        author.edits_question(1)
    margaret.fills(The_question="Did you walk anywhere?")
    margaret.saves_question()

    priya.fills(The_question="Did you walk on Sunday?")
    priya.page.get_by_label("Choice 2").fill("Not on Sunday")
    priya.presses("Save the question")
    priya.reads(
        "Something on this page was changed in another window or on another device", "Did you walk anywhere?"
    )
    expect(priya.page.get_by_label("The question")).to_have_value("Did you walk on Sunday?")
    expect(priya.page.get_by_label("Choice 2")).to_have_value("Not on Sunday")
    margaret.page.reload()
    margaret.reads("Did you walk anywhere?")
    priya.saves_question()
    margaret.page.reload()
    margaret.reads("Did you walk on Sunday?", "Not on Sunday")


def test_an_activity_is_adapted_for_one_participant(priya: Practitioner, sam: Participant) -> None:
    priya.adapts("Control continuum", "Sam")
    priya.edits_question(2)
    priya.fills(The_question="Who could you ring this week?")
    priya.saves_question()
    priya.presses("Set it for Sam")
    priya.reads("made only for Sam", "Who could you ring this week?")
    priya.fills(Why="So that it fits you.")
    priya.presses("Set this work")
    priya.reads("Work set.")
    sam.takes_up("Control continuum", by="Start")
    sam.answers("3")
    sam.is_asked("Who could you ring this week?")
    priya.takes_up_activity("Control continuum")
    priya.reads_nothing_of("Who could you ring this week?")


def test_every_authoring_page_is_readable(priya: Practitioner, margaret: Staff) -> None:
    """The pages are checked with empty, filled-in and refused forms."""
    priya.opens("/activities/new")
    is_readable(priya.page)
    priya.begins_activity("A page to read", INTRODUCTION)
    is_readable(priya.page)
    priya.presses("Add a question", exact=True)
    priya.presses("Save the question")
    priya.reads("You haven't written anything yet.")
    is_readable(priya.page)
    priya.takes_up_activity("Urge and choice diary")
    priya.edits_question(1)
    priya.page.get_by_text("Branches by a number or an earlier answer").click()
    is_readable(priya.page)
    priya.fills(The_question="What happened, and how was it for you? " + "And then, and then. " * 3 + LONG)
    priya.saves_question()
    is_readable(priya.page)
    priya.presses("Preview", exact=True)
    is_readable(priya.page)
    priya.opens("/activities/?words=week&difficulty=easy")
    priya.reads("activities found")
    is_readable(priya.page)
    priya.goes_to_board()
    priya.presses("Set work for Sam")
    is_readable(priya.page)
    priya.presses("Type your own questions")
    priya.presses("Set these questions")
    is_readable(priya.page)
    margaret.takes_up_activity("Hopes and fears")
    is_readable(margaret.page)
    margaret.opens("/lead/own-activities")
    is_readable(margaret.page)
