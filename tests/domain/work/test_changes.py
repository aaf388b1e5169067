"""Test the list of answers that a participant changed or added before sending again."""

from datetime import UTC, datetime

from companion.domain.activities.activity import Activity
from companion.domain.activities.answers import Value, Way
from companion.domain.activities.answers.long_text import LongText
from companion.domain.activities.answers.yes_no import YesNo
from companion.domain.activities.conversation import Conversation, Given
from companion.domain.work.changes import changes

NOW = datetime(2026, 11, 24, tzinfo=UTC)
ACTIVITY = Activity(
    format=1,
    id="a-walk",
    title="A walk",
    minutes=5,
    introduction="A walk.",
    prompts=(
        LongText(id="saw", ask="What did you see?"),
        LongText(id="heard", ask="What did you hear?"),
        YesNo(id="again", ask="Would you go again?"),
        LongText(id="next", ask="What comes next?"),
    ),
)


def given(value: Value, way: Way = "answered") -> Given:
    return Given(way, value, 1, NOW)


def test_changed_answers_are_listed_before_new_answers() -> None:
    before = {"saw": given("A river"), "heard": given("Birds"), "again": given("no")}
    now = {
        "saw": given("A wide river"),
        "heard": given("Birds"),
        "again": given("yes"),
        "next": given("Rest"),
    }
    found = changes(Conversation(ACTIVITY, now).turns, before)
    assert [(each.turn.prompt.id, each.before is None) for each in found] == [
        ("saw", False),
        ("again", False),
        ("next", True),
    ]
    assert [each.in_words for each in found] == [("A river", "A wide river"), None, None]


def test_an_answer_is_listed_as_changed_if_the_participant_now_prefers_to_talk_about_it() -> None:
    turns = Conversation(ACTIVITY, {"saw": given(None, "talk")}).turns
    (found,) = changes(turns, {"saw": given("A river")})
    assert found.in_words is None and found.before
