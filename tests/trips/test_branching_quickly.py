"""Test that writing four questions and a branch takes at most twelve presses and fourteen filled-in fields."""

import pytest

from tests.trips.browsers import Browsers, Way
from tests.trips.demo import Demo
from tests.trips.hands import Keyboard
from tests.trips.portal import Portal
from tests.trips.staff import Practitioner, Staff
from tests.trips.test_authoring import INTRODUCTION, KEPT, LIKED, NEXT, WENT, chooses, is_asked

PRESSES, FIELDS = 12, 14
"""The maximum number of presses and filled-in fields to write a four-question activity.

Choosing from a list counts as one press and one field.
"""
WAYS = [Way(1280), Way(390), Way(1280, javascript=False), Way(390, javascript=False)]


class ByKeyboard(Practitioner):
    hands = Keyboard()


def writes_and_asks_for_approval(author: Staff, title: str) -> None:
    """Write an activity with a branching choice, a scale and a commitment, and ask for its approval."""
    page = author.page
    author.pressed = author.filled = 0
    author.presses("Activities", within=page.get_by_role("navigation", name="Main"))
    author.presses("Write a new activity")
    author.fills(Title=title, Introduction=INTRODUCTION)
    author.picks(page.get_by_label("Type of answer to the first question"), "One choice")
    author.presses("Continue to the questions")
    author.fills(The_question=WENT)
    author.writes(page.get_by_label("Choice 1", exact=True), "Yes")
    author.writes(page.get_by_label("Choice 2", exact=True), "Not this week")
    author.picks(page.get_by_label("Then 2", exact=True), "a new question")
    author.writes(page.get_by_label("The new question 2", exact=True), KEPT)
    author.picks(page.get_by_label("Type of answer to the next question"), "A number on a scale")
    author.presses("Save, and write the next question")
    author.fills(The_question=LIKED, The_lowest_number_means="Not much", The_highest_number_means="Much")
    author.picks(page.get_by_label("Type of answer to the next question"), "Commitment")
    author.presses("Save, and write the next question")
    author.fills(The_question=NEXT)
    author.presses("Save the question", exact=True)
    author.presses("Ask for approval")
    author.reads("Sent to a lead for approval.")
    assert author.pressed <= PRESSES and author.filled <= FIELDS, (author.pressed, author.filled)


def tries_both_ways(author: Staff) -> None:
    author.presses("Preview", exact=True)
    chooses(author, "Yes")
    is_asked(author, LIKED)
    author.presses("Start again")
    chooses(author, "Not this week")
    is_asked(author, KEPT)
    author.presses("I'm not sure yet")
    is_asked(author, LIKED)


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_writing_four_questions_with_a_branch_takes_at_most_twelve_presses(
    priya: Practitioner, way: Way
) -> None:
    writes_and_asks_for_approval(priya, f"A branch at {way}")
    tries_both_ways(priya)


def test_four_questions_with_a_branch_can_be_written_by_keyboard_alone(
    portal: Portal, demo: Demo, browsers: Browsers
) -> None:
    priya = ByKeyboard(portal, browsers.open(Way(1280)), "Priya")
    priya.comes_in(demo.doors["Priya"])
    writes_and_asks_for_approval(priya, "A branch by keyboard")


def test_an_author_can_read_why_a_lead_asked_for_changes_to_an_activity(
    priya: Practitioner, margaret: Staff
) -> None:
    writes_and_asks_for_approval(priya, "A walk to return")
    for remark in ("The scale needs other words.", "Better. Now the last question, please."):
        margaret.takes_up_activity("A walk to return")
        margaret.reads("Priya wrote this.")
        margaret.presses_this(margaret.page.get_by_text("Send it back with a remark instead"))
        margaret.fills(What_to_change=remark)
        margaret.presses("Send it back", exact=True)
        margaret.reads("Activity sent back.")
        priya.opens("/activities/")
        priya.reads("sent back with a remark")
        priya.takes_up_activity("A walk to return")
        priya.reads("Sent back with a remark", remark)
        priya.edits_question(4)
        priya.fills(The_question=f"{NEXT} Say when, too. {remark[:6]}")
        priya.saves_question()
        priya.presses("Ask for approval")
    priya.reads("It was sent back 2 times")
