"""Test a practitioner's queue, its order, and the queue position in a URL."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.domain.caseloads.board import NEVER
from companion.domain.caseloads.queue import (
    EPOCH,
    MICROSECOND,
    START,
    Known,
    Place,
    QueueRow,
    Reason,
    UnreadMessages,
    rows_of,
)
from companion.domain.enrolments.pathway import AppointmentKind, PathwayState
from companion.domain.meetings.appointments import Appointment, Attendance
from companion.domain.work.work import Piece, Stage

NOW = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)  # this is a Tuesday
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LASTS = 2 * HOUR
ATTENDED, MISSED = Attendance.ATTENDED, Attendance.MISSED


def session(at: timedelta, attendance: Attendance = Attendance.NOT_NOTED) -> Appointment:
    return Appointment(uuid4(), AppointmentKind.SESSION, NOW + at, 120, "epsom", 1, attendance)


def piece(stage: Stage, *, to_talk: int = 0, sent: timedelta = -DAY, due: timedelta = 3 * DAY) -> Piece:
    """Return a piece of work.

    ``sent`` and ``due`` are time differences from ``NOW``.
    """
    handed_in = stage not in (Stage.NOT_STARTED, Stage.IN_PROGRESS)
    answered = stage in (Stage.ANSWERED, Stage.RETURNED)
    return Piece(
        uuid4(), uuid4(), "A walk", 15, stage, session(due), 0, 1, 1, None,
        uuid4() if handed_in else None, 1, NOW + sent if handed_in else None,
        NOW - HOUR if answered else None, to_talk, False, None,
    )  # fmt: skip


def known(state: PathwayState = PathwayState.IN_PROGRAMME, **more: object) -> Known:
    """Return a participant whose next session is in five days.

    The participant's practitioner has nothing to do for them.
    """
    usual: dict[str, object] = {"meetings": [session(5 * DAY)]}
    return Known(uuid4(), state, NOW - 30 * DAY, **(usual | more))  # type: ignore[arg-type]  # the known facts differ between tests


def reasons(one: Known, now: datetime = NOW) -> list[str]:
    return [row.reason.value for row in rows_of(one, LASTS, now)]


AT = (uuid4(), NOW - DAY)
SOON = session(DAY)
TABLE = [
    (known(), []),
    (known(concerns=[AT]), ["concern"]),
    (known(concerns=[AT, AT]), ["concern", "concern"]),
    (known(messages=UnreadMessages(NOW + DAY, NOW - HOUR, 2)), ["message"]),
    (known(taken_on=AT), ["taken_on"]),
    (known(pieces=[piece(Stage.SUBMITTED)]), ["to_read"]),
    (known(pieces=[piece(Stage.SUBMITTED, to_talk=2)]), ["to_read"]),
    (known(pieces=[piece(Stage.READ, to_talk=2)]), ["to_answer"]),
    (known(PathwayState.CLOSED, meetings=[], pieces=[piece(Stage.READ)]), []),
    (known(PathwayState.CLOSED, meetings=[], pieces=[piece(Stage.SUBMITTED)]), ["to_read"]),
    (known(pieces=[piece(Stage.ANSWERED)]), []),
    (known(pieces=[piece(Stage.ANSWERED, to_talk=1)]), ["to_talk"]),
    (known(pieces=[piece(Stage.RETURNED, to_talk=1)]), ["to_talk"]),
    (known(meetings=[session(-HOUR), session(5 * DAY)], pieces=[piece(Stage.ANSWERED, to_talk=1)]), ["to_talk"]),
    (known(meetings=[session(-9 * HOUR, ATTENDED), session(5 * DAY)],
           pieces=[piece(Stage.ANSWERED, to_talk=1)]), []),
    (known(meetings=[session(-9 * HOUR, MISSED), session(5 * DAY)],
           pieces=[piece(Stage.ANSWERED, to_talk=1)]), ["to_talk"]),
    (known(PathwayState.COMPLETED, meetings=[], pieces=[piece(Stage.ANSWERED, to_talk=1)]), []),
    (known(PathwayState.COMPLETED, pieces=[piece(Stage.ANSWERED, to_talk=1)]), ["to_talk"]),
    (known(meetings=[session(-LASTS), session(5 * DAY)]), ["unnoted"]),
    (known(meetings=[session(HOUR - LASTS), session(5 * DAY)]), []),
    (known(PathwayState.DIED, meetings=[session(-DAY)]), []),
    (known(meetings=[SOON]), ["unset"]),
    (known(meetings=[SOON], meant=[SOON.id]), []),
    (known(meetings=[SOON], pieces=[piece(Stage.NOT_STARTED)]), []),
    (known(meetings=[SOON], pieces=[piece(Stage.ANSWERED)]), ["unset"]),
    (known(PathwayState.COMPLETED, meetings=[SOON]), []),
    (known(meetings=[]), ["unbooked"]),
    (known(meetings=[session(-DAY, ATTENDED)]), ["unbooked"]),
    (known(meetings=[session(-DAY)]), ["unnoted", "unbooked"]),
    (known(PathwayState.SUITABLE, meetings=[]), []),
]  # fmt: skip


@pytest.mark.parametrize(("one", "expected"), TABLE, ids=[str(number) for number in range(len(TABLE))])
def test_a_participant_has_one_queue_row_for_each_task(one: Known, expected: list[str]) -> None:
    assert reasons(one) == expected


def test_days_without_a_session_are_counted_from_the_last_session_that_was_held() -> None:
    one = known(meetings=[session(-14 * DAY, ATTENDED), session(-7 * DAY, MISSED)])
    assert [(row.reason, row.days(NOW)) for row in rows_of(one, LASTS, NOW)] == [(Reason.UNBOOKED, 14)]


def test_the_queue_sorts_a_participants_tasks_by_urgency() -> None:
    pieces = [piece(Stage.ANSWERED, to_talk=3), piece(Stage.READ), piece(Stage.SUBMITTED)]
    one = known(
        concerns=[AT],
        messages=UnreadMessages(NOW, NOW - 2 * DAY, 1),
        taken_on=AT,
        pieces=pieces,
        meetings=[session(-3 * DAY), SOON],
    )
    assert reasons(one) == [
        *("concern", "message", "taken_on", "to_read", "to_answer", "to_talk", "unnoted", "unset")
    ]
    rows = rows_of(one, LASTS, NOW)
    assert [row.many for row in rows if row.reason is Reason.TO_TALK] == [3]
    assert {row.at for row in rows if row.reason in (Reason.TO_READ, Reason.TO_ANSWER)} == {SOON.starts_at}


def test_a_participants_submissions_are_queued_in_the_order_sent() -> None:
    first, second = piece(Stage.SUBMITTED, sent=-2 * DAY), piece(Stage.SUBMITTED)
    assert [row.subject_id for row in rows_of(known(pieces=[second, first]), LASTS, NOW)] == [
        first.submission_id,
        second.submission_id,
    ]


def test_a_queue_row_about_booking_a_session_shows_how_many_days_ago_the_last_session_was() -> None:
    met = known(meetings=[session(-12 * DAY, ATTENDED), session(-DAY, Attendance.CANCELLED_BY_SERVICE)])
    (row,) = rows_of(met, LASTS, NOW)
    assert row.days(NOW) == 12
    (row,) = rows_of(known(meetings=[]), LASTS, NOW)
    assert row.days(NOW) == 30


@pytest.mark.parametrize(
    ("now", "late", "today"),
    [
        (datetime(2026, 11, 24, 12, tzinfo=UTC), False, False),
        (datetime(2026, 11, 25, 12, tzinfo=UTC), False, True),
        (datetime(2026, 11, 26, tzinfo=UTC), True, False),
    ],
)
def test_a_message_in_the_queue_is_late_if_nobody_has_read_it_by_the_promised_day(
    now: datetime, late: bool, today: bool
) -> None:
    midnight = datetime(2026, 11, 26, tzinfo=UTC)
    row = QueueRow(Reason.MESSAGE, midnight, NOW, uuid4(), uuid4())
    assert (row.is_late(now), row.is_due_today(now)) == (late, today)
    assert row.promised_on == date(2026, 11, 25)
    assert not replace(row, reason=Reason.TO_READ).is_late(now)


MOMENTS = st.integers(1, 250 * 10**15).map(lambda each: EPOCH + each * MICROSECOND)


@given(st.sampled_from(Reason), MOMENTS | st.just(NEVER), MOMENTS, st.uuids())
def test_a_queue_position_can_be_put_in_a_url_and_read_back(
    reason: Reason, at: datetime, since: datetime, subject: UUID
) -> None:
    place = QueueRow(reason, at, since, uuid4(), subject).place
    assert Place.typed(str(place)) == place > START


@pytest.mark.parametrize(
    "text",
    [
        "", "3", "3.1.1", "x.1.1." + "0" * 32, "3.-1.1." + "0" * 32, "3.1.1." + "0" * 31, "3.1.1." + "G" * 32,
        "3." + "9" * 18 + ".1." + "0" * 32, "3." + "9" * 40 + ".1." + "0" * 32,
        "\N{ARABIC-INDIC DIGIT THREE}.1.1." + "0" * 32,
        "3.1.1." + "0" * 32 + "\n",
    ],
)  # fmt: skip
def test_an_invalid_queue_position_is_ignored(text: str) -> None:
    assert Place.typed(text) is None
