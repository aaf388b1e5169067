"""The plan of topics: how it starts, what moving and marking do, and what isn't possible."""

from datetime import UTC, datetime

import pytest

from companion.content import programme
from companion.domain.programme.topics import Counts, Mark, TopicPlan, as_it_starts, marked, moved
from companion.domain.refusals import Rejected

NOW = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
START = as_it_starts(programme())


def stack(plan: TopicPlan, session: int) -> list[str]:
    return [each.topic.id for each in plan.sessions[session - 1]]


def test_it_starts_in_the_programmes_order_with_an_empty_additional_session() -> None:
    assert [len(session) for session in START.sessions] == [6, 3, 4, 2, 4, 0]
    assert [each.topic for each in START.planned] == list(programme().topics)
    assert [each.number for each in START.planned] == list(range(1, 20))
    assert START.counts == Counts(open=19, touched=0, wants_more=0, covered=0)


def test_a_topic_moves_within_its_session_and_to_another_one() -> None:
    up = moved(START, "criminal-justice-system", "4", "victim-empathy")
    assert stack(up, 4) == ["criminal-justice-system", "victim-empathy"]
    down = moved(up, "criminal-justice-system", "4", "")
    assert down == START
    away = moved(START, "victim-empathy", "6", "")
    assert stack(away, 4) == ["criminal-justice-system"] and stack(away, 6) == ["victim-empathy"]
    between = moved(START, "victim-empathy", "2", "grooming-typologies")
    assert stack(between, 2)[:2] == ["important-stages-in-life", "victim-empathy"]
    assert len(between.planned) == 19


def test_what_is_sent_twice_changes_nothing_the_second_time() -> None:
    once = moved(START, "cyberhex", "3", "managing-fantasy-and-addiction")
    assert moved(once, "cyberhex", "3", "managing-fantasy-and-addiction") == once
    assert moved(once, "cyberhex", "3", "cyberhex") == once
    covered = marked(START, "cyberhex", "covered", NOW)
    assert marked(covered, "cyberhex", "covered", NOW.replace(hour=15)) == covered


def test_what_is_left_shows_first_what_wants_more_time() -> None:
    plan = START
    for topic, mark in (("introduction", "covered"), ("disclosure", "touched"), ("cyberhex", "wants_more")):
        plan = marked(plan, topic, mark, NOW)
    assert [each.topic.id for each in plan.left[:3]] == ["cyberhex", "disclosure", "hopes-and-fears"]
    assert plan.counts == Counts(open=16, touched=1, wants_more=1, covered=1)
    assert (plan.counts.left, plan.counts.all) == (18, 19)
    again = marked(plan, "cyberhex", Mark.OPEN, NOW)
    assert next(each for each in again.planned if each.topic.id == "cyberhex").marked_at is None


@pytest.mark.parametrize(
    ("topic", "session", "before"),
    [
        ("nothing", "1", ""),
        ("", "1", ""),
        ("cyberhex", "0", ""),
        ("cyberhex", "7", ""),
        ("cyberhex", "٣", ""),
        ("cyberhex", "", ""),
        ("cyberhex", "1", "disclosure"),
        ("cyberhex", "1", "nothing"),
    ],
)
def test_an_invalid_place_is_refused(topic: str, session: str, before: str) -> None:
    with pytest.raises(Rejected):
        moved(START, topic, session, before)


@pytest.mark.parametrize(("topic", "mark"), [("nothing", "covered"), ("cyberhex", ""), ("cyberhex", "done")])
def test_an_invalid_mark_is_refused(topic: str, mark: str) -> None:
    with pytest.raises(Rejected):
        marked(START, topic, mark, NOW)
