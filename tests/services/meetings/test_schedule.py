"""Test booking several sessions at once, and detecting clashes between appointments."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event

from companion.cli.demo.people import a_session
from companion.content import programme
from companion.domain.enrolments.pathway import AppointmentKind
from companion.domain.meetings.appointments import Span
from companion.domain.meetings.clashes import Clashing
from companion.domain.plan.review import days_offered
from companion.domain.refusals import NotAllowed, NotFound, Rejected
from companion.services.meetings import schedule, series
from companion.store import audit
from companion.store.meetings import appointments
from companion.store.work import piece_list
from tests.cast import Cast
from tests.services.meetings.booked import DAYS, books, meetings, moves, notes, recorded, rows_of


def test_all_remaining_sessions_are_booked_in_one_action(cast: Cast) -> None:
    assert len(meetings(cast)) == 1
    assert books(cast) == 4
    booked = meetings(cast)[1:]
    assert [f"{each.starts_at:%Y-%m-%d %H}" for each in booked] == [f"{day} 14" for day in DAYS]
    assert {(each.kind, each.minutes, each.site) for each in booked} == {
        (AppointmentKind.SESSION, 120, "epsom")
    }
    with cast.store.reading() as tx:
        assert series.left_to_book(tx, cast.sam.enrolment_id, programme()) == []
    assert len(recorded(cast, audit.Event.APPOINTMENT_ADDED)) == 5


def test_sending_the_booking_form_twice_books_each_session_once(cast: Cast) -> None:
    once = uuid4()
    assert books(cast, once=once) == books(cast, once=once) == 4
    assert len(meetings(cast)) == 5
    with pytest.raises(NotAllowed):  # the same form is sent from a second tab
        books(cast, "2027-02-04")


def test_either_all_requested_sessions_are_booked_or_none(cast: Cast) -> None:
    assert meetings(cast)
    with pytest.raises(Rejected) as refused:
        books(cast, "2026-12-10", "2026-12-17", "2026-12-10", "2031-01-07")
    assert {problem.field for problem in refused.value.problems} == {"day-3", "day-4"}
    assert len(meetings(cast)) == 1


def test_an_appointment_that_clashes_must_be_confirmed(cast: Cast) -> None:
    books(cast)
    # the appointment would be on 10 December at 3 pm
    before_it_ends = a_session(cast.now + timedelta(days=16, hours=1))
    owen = cast.owen.enrolment_id

    def adds(confirmed: str, new_id: UUID) -> None:
        wanted = replace(before_it_ends, confirmed=confirmed)
        schedule.add_appointment(cast.priya.actor, owen, new_id, wanted)

    new_id = uuid4()
    with pytest.raises(Clashing) as refused:
        adds("", new_id)
    (met,) = refused.value.clashes.each[0]
    assert (met.participant, met.enrolment_id) == ("Sam", cast.sam.enrolment_id)
    with pytest.raises(Clashing):
        adds("yes", new_id)
    adds(refused.value.clashes.mark, new_id)
    adds("", new_id)  # the form is sent again
    assert len(meetings(cast, cast.owen)) == 2


def test_another_practitioners_appointment_is_never_a_clash(cast: Cast) -> None:
    theirs = meetings(cast, cast.idris)[0].starts_at
    assert books(cast, f"{theirs:%Y-%m-%d}") == 1


def test_only_the_participants_own_practitioner_can_change_appointments(cast: Cast) -> None:
    (meeting,) = meetings(cast)
    for outsider in ("daniel", "margaret", "alex"):
        for act in (
            lambda who=outsider: books(cast, who=who),
            lambda who=outsider: notes(cast, meeting, "cancelled_by_service", who=who),
            lambda who=outsider: moves(cast, rows_of([meeting], days=1), who=who),
        ):
            with pytest.raises(NotFound):
                act()
    assert meetings(cast) == [meeting]


@pytest.mark.parametrize(
    ("kind", "typed", "long"),
    [
        ("initial_meeting", "60", 60),
        ("initial_meeting", "", 90),
        ("review_meeting", "75", 75),
        ("additional_session", "", 120),
    ],
)
def test_an_appointment_that_is_not_a_session_has_a_default_length_unless_one_is_typed(
    cast: Cast, kind: str, typed: str, long: int
) -> None:
    wanted = replace(a_session(cast.now + timedelta(days=20)), kind=kind, length=typed)
    enrolment = cast.sam.enrolment_id
    schedule.add_appointment(cast.priya.actor, enrolment, uuid4(), wanted)
    assert (meetings(cast)[-1].kind, meetings(cast)[-1].minutes) == (kind, long)


def test_a_plan_review_is_offered_for_the_next_appointment(cast: Cast) -> None:
    books(cast)
    first, second = meetings(cast)[:2]
    notes(cast, first, "cancelled_by_service")
    with cast.store.reading() as tx:
        found = appointments.next_appointments(tx, [cast.sam.enrolment_id], cast.now)
    offered = days_offered(cast.now, found[cast.sam.enrolment_id])[0]
    assert (offered.key, offered.day) == ("meeting", second.starts_at.date())


def test_reading_more_appointments_needs_no_more_sql_statements(cast: Cast) -> None:
    cast.priya.sets(cast.sam, "a-week-of-choices")
    few = statements(cast)
    books(cast)
    cast.priya.sets(cast.owen, "hopes-and-fears")
    assert statements(cast) == few


def statements(cast: Cast) -> int:
    """Return how many SQL statements Companion needs to read a caseload's work and appointments."""
    asked: list[str] = []
    with cast.store.reading() as tx:
        connection = tx.connection()
        event.listen(connection, "before_cursor_execute", lambda *args: asked.append(args[2]))
        ids = [case.id for case in appointments.caseload(tx, cast.priya.viewer, cast.now)]
        piece_list.pieces(tx, ids)
        appointments.next_appointments(tx, ids, cast.now)
        appointments.diary(tx, cast.priya.viewer, [Span(cast.now, 60 * 24 * 60)])
        appointments.of_practitioner(tx, cast.priya.viewer, cast.now)
    return len(asked)
