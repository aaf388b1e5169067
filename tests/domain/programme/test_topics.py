"""Test ordering, moving and marking topics in a participant's plan, and which changes are refused."""

from datetime import UTC, datetime

import pytest

from companion.content import programme
from companion.domain.programme.topics import Counts, Mark, Placed, TopicPlan, arranged, as_it_starts
from companion.domain.refusals import Rejected

NOW = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
START = as_it_starts(programme())
NUMBERS = {topic.id: str(number) for number, topic in enumerate(programme().topics, 1)}


def stack(plan: TopicPlan, session: int) -> list[str]:
    return [each.topic.id for each in plan.sessions[session - 1]]


def test_topics_are_at_first_listed_in_the_programmes_order() -> None:
    assert [len(session) for session in START.sessions] == [6, 3, 4, 2, 4, 0]
    assert [each.topic for each in START.planned] == list(programme().topics)
    assert [each.number for each in START.planned] == list(range(1, 20))
    assert START.counts == Counts(open=19, touched=0, wants_more=0, covered=0)


def move(plan: TopicPlan, topic: str, session: str, place: str = "") -> TopicPlan:
    return arranged(plan, {NUMBERS[topic]: Placed("", session, place)}, NOW)


def mark(plan: TopicPlan, topic: str, how: str) -> TopicPlan:
    return arranged(plan, {NUMBERS[topic]: Placed(how)}, NOW)


def test_a_topic_can_move_within_its_session_or_to_another_session() -> None:
    up = move(START, "criminal-justice-system", "4", "1")
    assert stack(up, 4) == ["criminal-justice-system", "victim-empathy"]
    assert move(up, "criminal-justice-system", "4", "2") == START
    away = move(START, "victim-empathy", "6")
    assert stack(away, 4) == ["criminal-justice-system"] and stack(away, 6) == ["victim-empathy"]
    between = move(START, "victim-empathy", "2", "2")
    assert stack(between, 2)[:2] == ["important-stages-in-life", "victim-empathy"]
    assert len(between.planned) == 19


def test_choosing_one_topics_new_position_gives_the_same_order_as_choosing_every_topics_position() -> None:
    first, *rest = stack(START, 1)
    alone = move(START, first, "1", "3")
    assert stack(alone, 1)[:3] == [rest[0], rest[1], first]
    those = {NUMBERS[topic]: Placed("", "1", str(at)) for at, topic in enumerate(stack(alone, 1), 1)}
    assert arranged(START, those, NOW) == alone


def test_repeating_a_change_to_the_topics_has_no_further_effect() -> None:
    once = move(START, "cyberhex", "3", "2")
    assert move(once, "cyberhex", "3", "2") == once
    covered = mark(START, "cyberhex", "covered")
    assert arranged(covered, {NUMBERS["cyberhex"]: Placed("covered")}, NOW.replace(hour=15)) == covered


def test_topics_that_need_more_time_come_first() -> None:
    plan = START
    for topic, how in (("introduction", "covered"), ("disclosure", "touched"), ("cyberhex", "wants_more")):
        plan = mark(plan, topic, how)
    assert [each.topic.id for each in plan.left[:3]] == ["cyberhex", "disclosure", "hopes-and-fears"]
    assert plan.counts == Counts(open=16, touched=1, wants_more=1, covered=1)
    assert (plan.counts.left, plan.counts.all) == (18, 19)
    again = mark(plan, "cyberhex", Mark.OPEN)
    assert next(each for each in again.planned if each.topic.id == "cyberhex").marked_at is None


@pytest.mark.parametrize(
    ("number", "to", "field"),
    [
        ("20", Placed("covered"), ""),
        ("", Placed("covered"), ""),
        ("1", Placed("done"), "mark-1"),
        ("1", Placed("", "0"), "session-1"),
        ("1", Placed("", "7"), "session-1"),
        ("1", Placed("", "٣"), "session-1"),
        ("1", Placed("", "2", "20"), "place-1"),
        ("1", Placed("", "", "soon"), "place-1"),
    ],
)
def test_an_unknown_topic_or_position_is_refused(number: str, to: Placed, field: str) -> None:
    with pytest.raises(Rejected) as caught:
        arranged(START, {number: to}, NOW)
    assert [each.field for each in caught.value.problems] == [field]
