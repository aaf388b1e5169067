"""Booking the sessions together, noting what became of them, moving them in a row, and clashes."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event, select

from companion.cli.demo.people import a_session
from companion.content import programme
from companion.domain.enrolments.pathway import AppointmentKind
from companion.domain.meetings.appointments import Appointment, Attendance, Span
from companion.domain.meetings.clashes import Clashing
from companion.domain.meetings.recurrence import Slot
from companion.domain.plan.review import days_offered
from companion.domain.refusals import ChangedElsewhere, NotAllowed, NotFound, Rejected
from companion.domain.time.london import LONDON
from companion.services.meetings import attendance, schedule, series
from companion.services.work import assign
from companion.services.work.assign import Due
from companion.store import audit, outbox
from companion.store.meetings import appointments
from companion.store.outbox import Notice, Outgoing
from companion.store.work import work
from tests.cast import CARD, Cast, Participant
from tests.fixtures import Clock

DAYS = ("2026-12-10", "2026-12-17", "2026-12-29", "2027-01-07")


def meetings(cast: Cast, who: Participant | None = None) -> list[Appointment]:
    with cast.store.reading() as tx:
        return appointments.appointments(tx, (who or cast.sam).enrolment_id)


def books(
    cast: Cast,
    *days: str,
    clock: str = "14:00",
    confirmed: str = "",
    once: UUID | None = None,
    who: str = "priya",
) -> int:
    slots = [Slot(day, clock) for day in days or DAYS]
    return series.book_sessions(
        cast.store,
        getattr(cast, who).viewer,
        cast.sam.enrolment_id,
        once or uuid4(),
        slots,
        "epsom",
        programme(),
        confirmed,
        cast.now,
    )


def notes(
    cast: Cast,
    meeting: Appointment,
    chosen: str,
    words: str = "",
    who: str = "priya",
    seen: int | None = None,
) -> None:
    now = next(each for each in meetings(cast) if each.id == meeting.id)
    attendance.note(
        cast.store,
        getattr(cast, who).viewer,
        meeting.id,
        chosen,
        words,
        "",
        now.revision if seen is None else seen,
        cast.now,
    )


def rows_of(those: list[Appointment], days: int = 0, hours: int = 0) -> list[Slot]:
    """Rows as a form would send them, so much later on the clocks of London."""
    found = []
    for each in those:
        at = each.starts_at.astimezone(LONDON).replace(tzinfo=None) + timedelta(days=days, hours=hours)
        found.append(Slot(f"{at:%Y-%m-%d}", f"{at:%H:%M}", each.id, each.revision))
    return found


def moves(cast: Cast, slots: list[Slot], confirmed: str = "", who: str = "priya") -> None:
    first = slots[0].appointment_id
    assert first
    series.move_following(cast.store, getattr(cast, who).viewer, first, slots, confirmed, cast.now)


def reminders(cast: Cast, *those: Appointment) -> None:
    with cast.store.writing() as tx:
        for each in those:
            account = cast.sam.viewer.account_id
            outbox.notify(tx, account, Notice.APPOINTMENT_REMINDER, each.id, cast.now)
        tx.commit()


def notices(cast: Cast, notice: Notice) -> list[str | None]:
    with cast.store.reading() as tx:
        return list(tx.scalars(select(Outgoing.outcome).where(Outgoing.notice == notice)))


def recorded(cast: Cast, what: audit.Event) -> list[str]:
    with cast.store.reading() as tx:
        found = (
            select(audit.AuditEntry.detail)
            .where(audit.AuditEntry.event == what)
            .order_by(audit.AuditEntry.at)
        )
        return list(tx.scalars(found))


def test_the_sessions_that_are_left_are_booked_in_one_act(cast: Cast) -> None:
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


def test_sent_twice_they_are_booked_once(cast: Cast) -> None:
    once = uuid4()
    assert books(cast, once=once) == books(cast, once=once) == 4
    assert len(meetings(cast)) == 5
    with pytest.raises(NotAllowed):  # the same form in a second tab
        books(cast, "2027-02-04")


def test_all_or_none(cast: Cast) -> None:
    assert meetings(cast)
    with pytest.raises(Rejected) as refused:
        books(cast, "2026-12-10", "2026-12-17", "2026-12-10", "2031-01-07")
    assert {problem.field for problem in refused.value.problems} == {"day-3", "day-4"}
    assert len(meetings(cast)) == 1


def test_a_clash_is_shown_and_booked_after_a_yes(cast: Cast) -> None:
    books(cast)
    before_it_ends = a_session(cast.now + timedelta(days=16, hours=1))  # on 10 December at 3 pm
    owen = cast.owen.enrolment_id

    def adds(confirmed: str, new_id: UUID) -> None:
        wanted = replace(before_it_ends, confirmed=confirmed)
        schedule.add_appointment(cast.store, cast.priya.viewer, owen, new_id, wanted, cast.now)

    new_id = uuid4()
    with pytest.raises(Clashing) as refused:
        adds("", new_id)
    (met,) = refused.value.clashes.each[0]
    assert (met.participant, met.enrolment_id) == ("Sam", cast.sam.enrolment_id)
    with pytest.raises(Clashing):
        adds("yes", new_id)
    adds(refused.value.clashes.mark, new_id)
    adds("", new_id)  # sent again
    assert len(meetings(cast, cast.owen)) == 2


def test_another_practitioners_appointment_is_no_clash_and_is_never_shown(cast: Cast) -> None:
    theirs = meetings(cast, cast.idris)[0].starts_at
    assert books(cast, f"{theirs:%Y-%m-%d}") == 1


def test_whoever_is_not_his_practitioner_books_notes_and_moves_nothing(cast: Cast) -> None:
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


def test_a_cancelled_one_is_never_the_next_and_what_was_due_moves_on(cast: Cast) -> None:
    piece = cast.priya.sets(cast.sam, "a-week-of-choices")
    (first,) = meetings(cast)
    notes(cast, first, "cancelled_by_participant")
    assert cast.sam.work(piece).due.due_at is None  # before they next meet, without a day
    with cast.store.reading() as tx:
        assert appointments.next_appointments(tx, [cast.sam.enrolment_id], cast.now) == {}
        assert appointments.caseload(tx, cast.priya.viewer, cast.now)[-1].id == cast.sam.enrolment_id
        (shown,) = work.pieces(tx, [cast.sam.enrolment_id])[cast.sam.enrolment_id]
    assert shown.due.due_at is None
    books(cast)
    second = meetings(cast)[1]
    assert cast.sam.work(piece).due == second
    with cast.store.reading() as tx:
        found = appointments.next_appointments(tx, [cast.sam.enrolment_id], cast.now)
        (shown,) = work.pieces(tx, [cast.sam.enrolment_id])[cast.sam.enrolment_id]
    assert found[cast.sam.enrolment_id] == second == shown.due
    notes(cast, first, "not_noted")  # it takes place after all
    assert cast.sam.work(piece).due.id == first.id


def test_nothing_is_set_before_a_cancelled_one(cast: Cast) -> None:
    cast.priya.sets(cast.sam, "a-week-of-choices")
    (meeting,) = meetings(cast)
    notes(cast, meeting, "cancelled_by_service")
    due = Due(uuid4(), str(meeting.id), CARD)
    with pytest.raises(Rejected):
        assign.quickly_set(
            cast.store,
            cast.priya.viewer,
            cast.sam.enrolment_id,
            "Two",
            "For you.",
            "How was it?",
            due,
            cast.now,
        )


def test_the_participant_hears_of_a_cancellation_once_and_no_reminder_goes_out(cast: Cast) -> None:
    (meeting,) = meetings(cast)
    reminders(cast, meeting)
    notes(cast, meeting, "cancelled_by_service")
    notes(cast, meeting, "cancelled_by_service", seen=1)  # sent twice
    assert notices(cast, Notice.APPOINTMENT_CANCELLED) == [None]
    assert notices(cast, Notice.APPOINTMENT_REMINDER) == ["withdrawn"]
    notes(cast, meeting, "not_noted")
    assert notices(cast, Notice.APPOINTMENT_MOVED) == [None]


def test_attendance_is_noted_once_it_has_begun_and_corrected_each_change_on_record(
    cast: Cast, clock: Clock
) -> None:
    (meeting,) = meetings(cast)
    with pytest.raises(Rejected):
        notes(cast, meeting, "attended")
    clock.forward(days=2)
    notes(cast, meeting, "missed", "He was on the wrong train.")
    notes(cast, meeting, "attended", "He came a little late.")
    notes(cast, meeting, "attended")
    assert recorded(cast, audit.Event.ATTENDANCE_NOTED) == ["missed", "attended", "attended"]
    (noted,) = meetings(cast)
    assert (noted.attendance, noted.revision) == (Attendance.ATTENDED, 4)
    for notice in (Notice.APPOINTMENT_CANCELLED, Notice.APPOINTMENT_MOVED):
        assert notices(cast, notice) == []  # nobody is told of what is over


def test_the_words_are_kept_for_whoever_works_with_him(cast: Cast) -> None:
    (meeting,) = meetings(cast)
    notes(cast, meeting, "cancelled_by_participant", "  He has a cold. ")
    with cast.store.reading() as tx:
        row = appointments.appointment_row(tx, cast.priya.viewer, meeting.id)
        assert appointments.words(tx, row) == "He has a cold."
        assert row.words and b"cold" not in row.words


def test_two_who_note_from_the_same_page_are_told(cast: Cast) -> None:
    (meeting,) = meetings(cast)
    notes(cast, meeting, "cancelled_by_participant")
    with pytest.raises(ChangedElsewhere):
        notes(cast, meeting, "cancelled_by_service", seen=1)


def test_what_is_cancelled_is_not_moved(cast: Cast) -> None:
    (meeting,) = meetings(cast)
    notes(cast, meeting, "cancelled_by_service")
    for act in (
        lambda: moves(cast, rows_of([meeting], days=1)),
        lambda: schedule.move_appointment(
            cast.store, cast.priya.viewer, meeting.id, "2026-12-10", "14:00", 2, cast.now
        ),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_one_that_would_take_place_after_all_may_clash(cast: Cast) -> None:
    (meeting,) = meetings(cast)
    notes(cast, meeting, "cancelled_by_service")
    wanted = a_session(meeting.starts_at)
    owen = cast.owen.enrolment_id
    schedule.add_appointment(cast.store, cast.priya.viewer, owen, uuid4(), wanted, cast.now)
    with pytest.raises(Clashing):
        notes(cast, meeting, "not_noted")


def test_all_that_follow_move_with_what_is_due_and_one_notice(cast: Cast) -> None:
    piece = cast.priya.sets(cast.sam, "a-week-of-choices")
    books(cast)
    before = meetings(cast)
    reminders(cast, *before)
    moves(cast, rows_of(before[1:], days=1, hours=-3))
    after = meetings(cast)
    assert after[0] == before[0]
    assert [later.starts_at - was.starts_at for was, later in zip(before[1:], after[1:], strict=True)] == [
        timedelta(days=1, hours=-3)
    ] * 4
    assert {each.revision for each in after[1:]} == {2}
    assert cast.sam.work(piece).due == after[0]
    assert notices(cast, Notice.APPOINTMENT_MOVED) == [None]
    assert sorted(each or "" for each in notices(cast, Notice.APPOINTMENT_REMINDER)) == [
        "",
        *["withdrawn"] * 4,
    ]
    assert len(recorded(cast, audit.Event.APPOINTMENT_MOVED)) == 4
    moves(cast, rows_of(before[1:], days=1, hours=-3))  # sent twice
    assert meetings(cast) == after and notices(cast, Notice.APPOINTMENT_MOVED) == [None]


def test_across_the_change_of_the_clocks_it_stays_the_same_time_on_the_clock(cast: Cast) -> None:
    books(cast, "2027-03-18", "2027-04-01", "2027-04-08", "2027-04-15")
    moves(cast, rows_of(meetings(cast)[1:], days=7))
    assert {f"{each.starts_at.astimezone(LONDON):%H:%M}" for each in meetings(cast)[1:]} == {"14:00"}


def test_of_those_that_follow_only_what_changes_is_touched(cast: Cast) -> None:
    books(cast)
    first, *rest = meetings(cast)[1:]
    moves(cast, [*rows_of([first], hours=1), *rows_of(rest)])
    assert [each.revision for each in meetings(cast)] == [1, 2, 1, 1, 1]


def test_when_one_of_them_was_changed_meanwhile_none_moves(cast: Cast) -> None:
    books(cast)
    those = meetings(cast)[1:]
    page = rows_of(those, days=1)
    notes(cast, those[2], "cancelled_by_participant")
    with pytest.raises(ChangedElsewhere):
        moves(cast, page)
    notes(cast, those[2], "not_noted")
    with pytest.raises(ChangedElsewhere):  # it stands again, but not as the page knew it
        moves(cast, page)
    with pytest.raises(ChangedElsewhere):
        moves(cast, page[:2])
    assert [each.starts_at for each in meetings(cast)[1:]] == [each.starts_at for each in those]


def test_those_that_move_do_not_clash_with_where_they_were(cast: Cast) -> None:
    books(cast)
    those = meetings(cast)[1:]
    schedule.move_appointment(
        cast.store, cast.priya.viewer, those[0].id, "2026-12-10", "15:00", 1, cast.now, ""
    )
    moves(cast, rows_of(meetings(cast)[1:], hours=1))
    assert meetings(cast)[1].starts_at - those[0].starts_at == timedelta(hours=2)


def test_moving_one_onto_another_participants_time_needs_a_yes(cast: Cast) -> None:
    taken = meetings(cast, cast.owen)[0].starts_at
    (meeting,) = meetings(cast)

    def to(confirmed: str) -> None:
        schedule.move_appointment(
            cast.store,
            cast.priya.viewer,
            meeting.id,
            f"{taken:%Y-%m-%d}",
            f"{taken:%H:%M}",
            1,
            cast.now,
            confirmed,
        )

    with pytest.raises(Clashing) as refused:
        to("")
    to(refused.value.clashes.mark)
    assert meetings(cast)[0].starts_at == taken


def test_moving_it_twice_to_the_same_time_moves_it_once(cast: Cast) -> None:
    (meeting,) = meetings(cast)
    reminders(cast, meeting)
    for _ in range(2):
        schedule.move_appointment(
            cast.store, cast.priya.viewer, meeting.id, "2026-12-10", "14:00", 1, cast.now, ""
        )
    assert meetings(cast)[0].revision == 2
    assert notices(cast, Notice.APPOINTMENT_MOVED) == [None]
    assert notices(cast, Notice.APPOINTMENT_REMINDER) == ["withdrawn"]


@pytest.mark.parametrize(
    ("kind", "typed", "long"),
    [
        ("initial_meeting", "60", 60),
        ("initial_meeting", "", 90),
        ("review_meeting", "75", 75),
        ("additional_session", "", 120),
    ],
)
def test_other_meetings_have_lengths_within_the_programmes_bounds(
    cast: Cast, kind: str, typed: str, long: int
) -> None:
    wanted = replace(a_session(cast.now + timedelta(days=20)), kind=kind, length=typed)
    enrolment = cast.sam.enrolment_id
    schedule.add_appointment(cast.store, cast.priya.viewer, enrolment, uuid4(), wanted, cast.now)
    assert (meetings(cast)[-1].kind, meetings(cast)[-1].minutes) == (kind, long)


def test_a_review_of_the_plan_is_offered_for_the_next_meeting_that_stands(cast: Cast) -> None:
    books(cast)
    first, second = meetings(cast)[:2]
    notes(cast, first, "cancelled_by_service")
    with cast.store.reading() as tx:
        found = appointments.next_appointments(tx, [cast.sam.enrolment_id], cast.now)
    offered = days_offered(cast.now, found[cast.sam.enrolment_id])[0]
    assert (offered.key, offered.day) == ("meeting", second.starts_at.date())


def test_the_number_of_statements_does_not_grow_with_the_appointments(cast: Cast) -> None:
    cast.priya.sets(cast.sam, "a-week-of-choices")
    few = statements(cast)
    books(cast)
    cast.priya.sets(cast.owen, "hopes-and-fears")
    assert statements(cast) == few


def statements(cast: Cast) -> int:
    """How many it takes to look at the work and the appointments of everybody."""
    asked: list[str] = []
    with cast.store.reading() as tx:
        connection = tx.connection()
        event.listen(connection, "before_cursor_execute", lambda *args: asked.append(args[2]))
        ids = [case.id for case in appointments.caseload(tx, cast.priya.viewer, cast.now)]
        work.pieces(tx, ids)
        appointments.next_appointments(tx, ids, cast.now)
        appointments.diary(tx, cast.priya.viewer, [Span(cast.now, 60 * 24 * 60)])
        appointments.of_practitioner(tx, cast.priya.viewer, cast.now)
    return len(asked)
