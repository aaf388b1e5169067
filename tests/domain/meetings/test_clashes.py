"""Test which appointments clash. Test that a confirmation covers only the clashes shown on the page, not
clashes that arose later.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.domain.enrolments.pathway import AppointmentKind
from companion.domain.meetings.appointments import Appointment, Attendance, Span
from companion.domain.meetings.clashes import Engaged, clashes

TWO = datetime(2026, 12, 10, 14, 0, tzinfo=UTC)
NEVER = Span(TWO + timedelta(days=1), 120)


def engaged(span: Span, attendance: Attendance = Attendance.NOT_NOTED) -> Engaged:
    met = Appointment(uuid4(), AppointmentKind.SESSION, span.starts_at, span.minutes, "epsom", 1, attendance)
    return Engaged(met, uuid4(), "Owen")


@pytest.mark.parametrize(
    ("after", "long", "overlaps"),
    [
        (-120, 120, False),  # the first appointment ends when the other begins
        (120, 60, False),  # the first appointment begins when the other ends
        (-119, 120, True),
        (119, 60, True),
        (0, 120, True),
        (30, 30, True),  # the first appointment is within the other
        (-30, 240, True),  # the first appointment contains the other
        (0, 1, True),
        (119, 1, True),
        (120, 1, False),
        (-200, 80, False),
    ],
)
def test_consecutive_appointments_do_not_overlap(after: int, long: int, overlaps: bool) -> None:
    session = Span(TWO, 120)
    other = Span(TWO + timedelta(minutes=after), long)
    assert session.overlaps(other) is overlaps is other.overlaps(session)
    assert bool(clashes([session], [engaged(other)])) is overlaps


minutes = st.integers(0, 600)
lengths = st.integers(1, 240)


@given(minutes, lengths, minutes, lengths)
def test_appointments_overlap_if_and_only_if_they_share_a_minute(
    one: int, long: int, other: int, other_long: int
) -> None:
    first, second = Span(TWO + timedelta(minutes=one), long), Span(TWO + timedelta(minutes=other), other_long)
    shared = set(range(one, one + long)) & set(range(other, other + other_long))
    assert first.overlaps(second) is bool(shared)


def test_a_two_hour_appointment_lasts_two_hours_across_a_clock_change() -> None:
    # 12:30 am in London, before the hour that is repeated
    before = Span(datetime(2027, 10, 30, 23, 30, tzinfo=UTC), 120)
    assert before.ends_at == datetime(2027, 10, 31, 1, 30, tzinfo=UTC)
    assert before.overlaps(Span(datetime(2027, 10, 31, 1, 29, tzinfo=UTC), 60))


def test_each_appointment_lists_only_its_own_clashes() -> None:
    first, second = engaged(Span(TWO, 120)), engaged(Span(TWO + timedelta(hours=1), 120))
    found = clashes([NEVER, Span(TWO, 60), Span(TWO, 120)], [first, second])
    assert found.each == ((), (first,), (first, second))


def test_cancelled_appointments_do_not_clash() -> None:
    moved, off = engaged(Span(TWO, 120)), engaged(Span(TWO, 120), Attendance.CANCELLED_BY_PARTICIPANT)
    assert not clashes([Span(TWO, 120)], [moved, off], [moved.appointment.id])


def test_accepting_some_clashing_appointments_does_not_accept_others() -> None:
    met, span = engaged(Span(TWO, 120)), Span(TWO, 120)
    shown = clashes([span], [met]).mark
    assert shown and shown == clashes([span], [met]).mark
    elsewhere = replace(met, appointment=replace(met.appointment, starts_at=TWO - timedelta(minutes=1)))
    for others in ([met, engaged(span)], [engaged(span)], [elsewhere]):
        assert clashes([span], others).mark != shown
    assert clashes([Span(TWO, 90)], [met]).mark != shown
    assert clashes([NEVER], [met]).mark == ""
