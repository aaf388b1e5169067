"""Test that a practitioner's calendar has only one valid private URL. Test that the URL's token isn't stored."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from companion.domain.enrolments.pathway import PathwayState
from companion.domain.refusals import NotFound, SlowDown
from companion.services.meetings import attendance, calendars
from companion.services.meetings.attendance import AttendanceForm
from companion.store import audit
from companion.store.accounts.calendar_feeds import CalendarFeed
from companion.store.meetings import appointments
from companion.store.rate_limits import LIMITS
from tests.cast import Cast
from tests.fixtures import Clock


def test_a_calendar_url_shows_only_its_own_practitioners_appointments(cast: Cast) -> None:
    assert cast.idris and cast.owen and cast.sam
    token = calendars.new_address(cast.priya.actor)
    found = calendars.at_address(cast.store, token, "", cast.now)
    with cast.store.reading() as tx:
        hers = [appointments.appointments(tx, each.enrolment_id) for each in (cast.sam, cast.owen)]
    assert found == [each for those in hers for each in those]


def test_a_calendar_leaves_out_appointments_of_participants_who_died(cast: Cast) -> None:
    token = calendars.new_address(cast.priya.actor)
    with cast.store.reading() as tx:
        (booked,) = appointments.appointments(tx, cast.sam.enrolment_id)

    def shown() -> tuple[int, int]:
        with cast.store.reading() as tx:
            diary = appointments.diary(tx, cast.priya.viewer, [booked.span])
        return len(calendars.at_address(cast.store, token, "", cast.now)), len(diary)

    assert shown() == (1, 1)
    cast.priya.moves(cast.sam, PathwayState.DIED)
    assert shown() == (0, 0)


def test_creating_a_new_calendar_url_cancels_the_old_url(cast: Cast) -> None:
    old = calendars.new_address(cast.priya.actor)
    new = calendars.new_address(cast.priya.actor)
    with pytest.raises(NotFound):
        calendars.at_address(cast.store, old, "", cast.now)
    assert calendars.at_address(cast.store, new, "", cast.now) == []
    for _ in range(2):
        calendars.end_address(cast.priya.actor)
    with pytest.raises(NotFound):
        calendars.at_address(cast.store, new, "", cast.now)
    with cast.store.reading() as tx:
        events = list(
            tx.scalars(select(audit.AuditEntry.event).where(audit.AuditEntry.event.like("calendar%")))
        )
    assert sorted(events) == ["calendar_address_ended", "calendar_address_made", "calendar_address_made"]


def test_cancelling_one_calendar_url_does_not_cancel_a_colleagues_url(cast: Cast) -> None:
    token = calendars.new_address(cast.priya.actor)
    calendars.new_address(cast.daniel.actor)
    calendars.end_address(cast.daniel.actor)
    assert calendars.at_address(cast.store, token, "", cast.now) == []


def test_the_token_in_a_calendar_url_is_stored_only_as_a_hash(cast: Cast) -> None:
    token = calendars.new_address(cast.priya.actor)
    with cast.store.reading() as tx:
        (row,) = tx.scalars(select(CalendarFeed))
    assert token.encode() not in row.token_hash and len(token) >= 43


def test_a_calendar_marks_cancelled_appointments(cast: Cast, clock: Clock) -> None:
    token = calendars.new_address(cast.priya.actor)
    with cast.store.reading() as tx:
        (meeting,) = appointments.appointments(tx, cast.sam.enrolment_id)
    attendance.note(cast.priya.actor, meeting.id, AttendanceForm("cancelled_by_service", "He is ill.", "", 1))
    (found,) = calendars.at_address(cast.store, token, "", cast.now)
    assert found.cancelled and found.revision == 2
    clock.forward(days=63)
    assert calendars.at_address(cast.store, token, "", cast.now) == []


def test_only_wrong_calendar_tokens_count_towards_the_rate_limit(cast: Cast, clock: Clock) -> None:
    token = calendars.new_address(cast.priya.actor)
    most = LIMITS["calendar.address"]
    for _ in range(most + 5):
        calendars.at_address(cast.store, token, "here", cast.now)
    for _ in range(most):
        with pytest.raises(NotFound):
            calendars.at_address(cast.store, "no such token", "here", cast.now)
    with pytest.raises(SlowDown):
        calendars.at_address(cast.store, "no such token", "here", cast.now)
    with pytest.raises(NotFound):
        calendars.at_address(cast.store, "no such token", "elsewhere", cast.now)
    clock.forward(minutes=15)
    with pytest.raises(NotFound):
        calendars.at_address(cast.store, "no such token", "here", cast.now + timedelta(seconds=1))
