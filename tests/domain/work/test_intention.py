"""Test how participants choose when and where to do their work."""

from datetime import UTC, date, datetime, timedelta

import pytest

from companion.domain.refusals import Rejected
from companion.domain.work.intention import (
    DAYS_MOST,
    DAYS_WITHOUT_DUE,
    Intention,
    PartOfDay,
    TypedIntention,
    checked,
    days_offered,
    times_offered,
)

NOW = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
MEETING = datetime(2026, 11, 26, 14, 0, tzinfo=UTC)


def problems(typed: TypedIntention, due: datetime | None = MEETING) -> set[tuple[str, str | None]]:
    with pytest.raises(Rejected) as refusal:
        checked(typed, NOW, due)
    return {(each.key, each.field) for each in refusal.value.problems}


def test_participants_can_plan_to_do_their_work_on_a_day_before_the_session() -> None:
    assert days_offered(NOW, MEETING) == [date(2026, 11, 24), date(2026, 11, 25), date(2026, 11, 26)]
    assert len(days_offered(NOW, NOW + timedelta(days=60))) == DAYS_MOST
    for none_to_come in (None, NOW - timedelta(days=3)):
        assert len(days_offered(NOW, none_to_come)) == DAYS_WITHOUT_DUE


def test_only_parts_of_the_day_between_now_and_the_meeting_are_offered() -> None:
    morning, afternoon, evening = PartOfDay
    today, wednesday, thursday = days_offered(NOW, MEETING)
    assert times_offered(NOW, MEETING) == [
        (today, [afternoon, evening]),
        (wednesday, [morning, afternoon, evening]),
        (thursday, [morning, afternoon]),
    ]
    early = datetime(2026, 11, 25, 9, tzinfo=UTC)
    assert times_offered(NOW, early) == [(today, [afternoon, evening])]
    assert times_offered(datetime(2026, 11, 25, 8, tzinfo=UTC), early) == []
    assert times_offered(NOW, NOW - timedelta(days=3)) == times_offered(NOW, None)


@pytest.mark.parametrize("hours", range(48))
def test_every_offered_part_of_the_day_is_accepted(hours: int) -> None:
    now = NOW - timedelta(hours=hours)
    for day, parts in times_offered(now, MEETING):
        for part in parts:
            assert checked(TypedIntention(day.isoformat(), part), now, MEETING)


def test_a_plan_for_when_and_where_to_do_the_work_is_read_from_the_form() -> None:
    typed = TypedIntention("2026-11-25", "evening", " At the table ", "I'll do one question.")
    made = Intention(date(2026, 11, 25), PartOfDay.EVENING, "At the table", "I'll do one question.")
    assert checked(typed, NOW, MEETING) == made
    assert made.notice_at == datetime(2026, 11, 25, 18, tzinfo=UTC)


def test_a_planned_time_for_the_work_must_be_between_now_and_the_next_session() -> None:
    assert problems(TypedIntention("2026-11-24", "morning")) == {("part_of_day_over", "part")}
    assert problems(TypedIntention("2026-11-26", "evening")) == {("after_the_meeting", "part")}
    assert problems(TypedIntention("2026-11-27", "morning")) == {("day_not_offered", "which_day")}
    assert checked(TypedIntention("2026-11-26", "morning"), NOW, MEETING)
    assert checked(TypedIntention("2026-11-24", "afternoon"), NOW, MEETING)


def test_all_problems_with_a_plan_for_doing_the_work_are_reported() -> None:
    typed = TypedIntention("", "", "x" * 201, "a\x00")
    assert problems(typed) == {
        ("nothing_chosen", "which_day"),
        ("nothing_chosen", "part"),
        ("too_long", "where"),
        ("hidden_characters", "if_blocked"),
    }
    assert problems(TypedIntention("soon", "night")) == {("bad_date", "which_day"), ("not_offered", "part")}
