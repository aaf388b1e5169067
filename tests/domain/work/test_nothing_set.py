"""Test how practitioners are told that no work is set for an upcoming session."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from companion.domain.enrolments.pathway import EXPECTS_WORK, AppointmentKind, PathwayState
from companion.domain.meetings.appointments import Appointment, Attendance
from companion.domain.work.nothing_set import set_by, without_work

NOW = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)  # this is a Tuesday
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CARES = PathwayState.IN_PROGRAMME


def session(at: timedelta, **known: object) -> Appointment:
    made = Appointment(uuid4(), AppointmentKind.SESSION, NOW + at, 120, "epsom", 1)
    return replace(made, **known)  # type: ignore[arg-type]  # the known facts differ between tests


@pytest.mark.parametrize(
    ("day", "last"),
    [("2026-11-24", "2026-11-26"), ("2026-11-27", "2026-12-01"), ("2026-11-28", "2026-12-01"),
     ("2026-12-24", "2026-12-30")],
)  # fmt: skip
def test_practitioners_are_told_two_working_days_in_advance_that_a_session_has_no_work(
    day: str, last: str
) -> None:
    """On a Friday, practitioners are told which sessions before Wednesday still have no work."""
    now = datetime.fromisoformat(f"{day}T09:00+00:00")
    assert f"{set_by(now) - HOUR:%Y-%m-%d}" == last


@pytest.mark.parametrize(
    ("meeting", "told"),
    [
        (session(HOUR), True),
        (session(2 * DAY + 9 * HOUR), True),
        (session(2 * DAY + 10 * HOUR), False),
        (session(-HOUR), False),
        (session(DAY, kind=AppointmentKind.ADDITIONAL_SESSION), True),
        (session(DAY, kind=AppointmentKind.INITIAL_MEETING), False),
        (session(DAY, kind=AppointmentKind.REVIEW_MEETING), False),
        (session(DAY, attendance=Attendance.CANCELLED_BY_SERVICE, cancelled_at=NOW), False),
    ],
)
def test_only_upcoming_sessions_that_have_not_been_cancelled_need_work(
    meeting: Appointment, told: bool
) -> None:
    assert without_work(CARES, [meeting], [], NOW) == [meeting] * told


def test_a_session_counts_as_having_work_as_soon_as_the_work_is_set() -> None:
    meeting, later = session(DAY), session(8 * DAY)
    assert without_work(CARES, [meeting, later], [meeting.id], NOW) == []
    assert without_work(CARES, [meeting, later], [later.id], NOW) == [meeting]


def test_work_set_for_a_cancelled_session_counts_as_work_for_the_next_session() -> None:
    off = session(-DAY, attendance=Attendance.CANCELLED_BY_PARTICIPANT, cancelled_at=NOW - 3 * DAY)
    first, second = session(DAY), session(2 * DAY)
    assert without_work(CARES, [off, first, second], [off.id], NOW) == [second]


def test_nobody_is_told_to_set_work_for_a_participant_whose_pathway_state_needs_no_work() -> None:
    for state in PathwayState:
        assert bool(without_work(state, [session(DAY)], [], NOW)) == (state in EXPECTS_WORK)
