"""Test the chart of a participant's answers on one scale over time. The activity's author chooses whether
there is a chart.
"""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from companion.domain.activities.activity import Activity
from companion.domain.activities.answers.scale import Scale
from companion.domain.activities.conversation import Given
from companion.domain.work.last_round import LastRound
from companion.domain.work.scale_history import BOTTOM, LEAST, LEFT, MOST, RIGHT, TOP, histories

FIRST = datetime(2026, 11, 2, 19, tzinfo=UTC)
SURE = Scale(id="sure", ask="How sure are you?", low_label="Not", high_label="Very", progress=True)
UNMARKED = Scale(id="useful", ask="How useful was it?", low_label="Not", high_label="Very")
ACTIVITY = Activity(
    format=1, id="a", title="A week", minutes=5, introduction="A week.", prompts=(SURE, UNMARKED)
)
VERSION = uuid4()


def sent(week: int, number: int, version: UUID = VERSION) -> LastRound:
    at = FIRST + timedelta(weeks=week)
    answers = {name: Given("answered", number, 1, at) for name in ("sure", "useful")}
    return LastRound(uuid4(), version, ACTIVITY, at, answers)


def test_a_scales_chart_is_drawn_from_the_third_answer_onwards() -> None:
    rounds = [sent(2, 7), sent(0, 0), sent(1, 10)]
    for few in range(LEAST):
        assert histories(rounds[:few]) == []
    (found,) = histories(rounds)
    assert (found.prompt, [number for _, number in found.said]) == (SURE, [0, 10, 7])
    dots = found.dots
    assert [(dots[0].x, dots[0].y), (dots[1].y, dots[-1].x)] == [(LEFT, BOTTOM), (TOP, RIGHT)]


def test_answers_to_different_versions_of_a_scale_are_not_drawn_in_one_chart() -> None:
    assert histories([sent(0, 3), sent(1, 4), sent(2, 5, uuid4())]) == []


@pytest.mark.parametrize("way", ["not_sure", "talk"])
def test_the_chart_of_a_scale_question_leaves_out_answers_without_a_number(way: str) -> None:
    other = LastRound(uuid4(), VERSION, ACTIVITY, FIRST, {"sure": Given(way, None, 1, FIRST)})  # type: ignore[arg-type]
    assert histories([other, sent(1, 4), sent(2, 5)]) == []


def test_the_chart_of_a_scale_question_shows_only_the_latest_twelve_answers() -> None:
    (found,) = histories([sent(week, week % 11) for week in range(40)])
    assert len(found.said) == MOST and found.said[-1][0] == FIRST + timedelta(weeks=39)
    assert all(LEFT <= dot.x <= RIGHT and TOP <= dot.y <= BOTTOM for dot in found.dots)
