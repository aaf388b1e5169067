"""Test the brief's latest session, and the height of printed notes."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from companion.domain.caseloads.brief import (
    HEADING_LINES,
    MEETINGS_SHOWN,
    PAPER_LINES,
    WORDS_LINES,
    last_before,
    not_held,
    room_beside,
    written_lines,
)
from companion.domain.enrolments.pathway import AppointmentKind
from companion.domain.meetings.appointments import Appointment, Attendance

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def meeting(days: float, became: Attendance = Attendance.ATTENDED) -> Appointment:
    starts = NOW - timedelta(days=days)
    return Appointment(uuid4(), AppointmentKind.SESSION, starts, 120, "epsom", 1, became)


def test_a_brief_refers_to_the_last_session_that_was_not_missed() -> None:
    held, unknown = meeting(14), meeting(7, Attendance.NOT_NOTED)
    away = [meeting(3, Attendance.MISSED), meeting(2, Attendance.CANCELLED_BY_SERVICE)]
    going_on = meeting(0.01)
    assert last_before([held, *away, going_on], NOW) == held
    assert last_before([held, unknown, *away], NOW) == unknown
    assert last_before(away, NOW) is None


def test_missed_or_cancelled_sessions_are_listed_newest_first() -> None:
    held, before = meeting(14), meeting(20, Attendance.MISSED)
    away = [meeting(days, Attendance.MISSED) for days in (9, 8, 7, 6)]
    to_come = meeting(-2, Attendance.CANCELLED_BY_SERVICE)
    told = not_held([before, held, *away, to_come], held, NOW)
    assert told == tuple(away[:0:-1]) and len(told) == MEETINGS_SHOWN
    assert not_held([before], None, NOW) == (before,)


@pytest.mark.parametrize(("text", "lines"), [("", 1), ("One line", 1), ("x" * 60, 2), ("a\n\nb", 3)])
def test_the_length_of_a_note_is_counted_in_printed_lines(text: str, lines: int) -> None:
    assert written_lines(text) == lines


def test_very_long_words_do_not_make_the_printed_brief_too_long() -> None:
    assert room_beside([], []) == PAPER_LINES
    assert room_beside(["short"], ["long " * 900]) == PAPER_LINES - 2 * HEADING_LINES - 2 - (1 + WORDS_LINES)
