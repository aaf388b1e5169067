"""Test that the checker warns about answers that should lead to help, but don't."""

from pathlib import Path

import pytest

from companion.domain.activities.activity import read
from companion.domain.activities.leading_to_help import dead_ends

ACTIVITIES = Path(__file__).parents[3] / "companion" / "content" / "activities"
NOT_ALONE = 'to = "not-alone"\nwhen = { one_of = ["nobody-yet"] }'
NOTHING_YET = "If you haven’t found anything yet, “I need help now” shows who you can talk to."
BESIDE_IT = "If a child is in danger now, call 999. To talk to somebody now, press “I need help now”."


def found(name: str, now: str = "", instead: str = "", *, every: bool = False) -> list[str]:
    """Change a string in a shipped activity, and return the ids of the questions that the checker now warns
    about.
    """
    text = (ACTIVITIES / f"{name}.toml").read_text()
    assert text.count(now) >= 1
    return [each.prompt for each in dead_ends(read(text.replace(now, instead, -1 if every else 1).encode()))]


@pytest.mark.parametrize(
    ("name", "now", "instead", "warned"),
    [
        ("control-continuum", NOT_ALONE, 'to = "more-control"', ["support"]),
        ("control-continuum", "If a child is in danger now, call 999.", "Please.", ["this-week"]),
        ("control-continuum", "at_most = 5", "at_most = 5, at_least = 4", ["this-week"]),
        ("facing-the-justice-system", NOT_ALONE, 'to = "control"', ["support"]),
        ("facing-the-justice-system", f'help = "{BESIDE_IT}"\n', "", ["how-heavy"]),
        ("urge-and-choice-diary", '"urge-high", ', "", ["days"]),
        ("urge-and-choice-diary", '"control-low", ', "", ["days"]),
        ("urge-and-choice-diary", ', "mood-low"', "", ["days"]),
        ("a-letter-not-sent", f'help = "{BESIDE_IT}"\n', "", ["afterwards"]),
        ("cycles-and-stepping-out", f'help = "{NOTHING_YET}"\n', "", ["slow-down"]),
    ],
)
def test_a_distressing_answer_that_does_not_lead_to_help_causes_a_warning(
    name: str, now: str, instead: str, warned: list[str]
) -> None:
    assert found(name) == []
    assert found(name, now, instead) == warned


def test_a_free_text_question_about_distress_must_say_where_to_get_help() -> None:
    assert found("hopes-and-fears") == []
    assert found("hopes-and-fears", "Press “I need help now” to see", "You can ask") == ["how-strong"]


def test_an_answer_saying_there_is_nobody_to_turn_to_must_lead_to_help() -> None:
    # the Helpline is still one of the options
    assert found("warning-signs", "the Helpline", "somebody", every=True) == []
    assert found("warning-signs", "Helpline", "surgery", every=True) == ["possible-people"]


def test_only_english_activities_are_checked_for_answers_that_should_lead_to_help() -> None:
    text = (ACTIVITIES / "control-continuum.toml").read_text().replace(NOT_ALONE, 'to = "more-control"', 1)
    assert list(dead_ends(read(text.replace("format = 1", 'format = 1\nlanguage = "cy"', 1).encode()))) == []


def test_a_participant_who_ticks_both_a_distressed_and_a_calm_feeling_must_still_be_offered_help() -> None:
    easy = '[[prompts.replies]]\nsay = "That can stay with you."\nwhen = { one_of = ["calm"] }\n\n'
    hard = '[[prompts.replies]]\nsay = "Feelings like these'
    assert found("looking-back-on-a-session", hard, easy + hard) == ["afterwards"]
    branch = '[[prompts.branches]]\nto = "look-after"\nwhen = { one_of = ["sad"'
    assert found("looking-back-on-a-session", branch, easy + branch) == []
