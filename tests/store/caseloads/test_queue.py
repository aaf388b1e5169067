"""Test that the SQL for a practitioner's queue agrees with the domain's rules. Test that each row of the
queue links to the next row.
"""

from collections import defaultdict
from datetime import timedelta
from itertools import pairwise
from uuid import UUID, uuid4

from sqlalchemy import select

from companion.cli.demo.people import a_session
from companion.domain.caseloads.queue import START, Known, Place, QueueRow, Reason, UnreadMessages, rows_of
from companion.domain.concerns.concerns import ConcernKind
from companion.domain.enrolments.pathway import PathwayState
from companion.domain.messages.messages import runs_out
from companion.services.meetings import attendance, schedule
from companion.services.meetings.attendance import AttendanceForm
from companion.store.base import Transaction
from companion.store.caseloads import queue
from companion.store.caseloads.queue import Wanted
from companion.store.concerns import concerns
from companion.store.enrolments import handovers
from companion.store.enrolments.enrolments import Enrolment
from companion.store.meetings import absence, appointments
from companion.store.meetings.appointments import LASTS
from companion.store.messages.messages import MessageRow, promised
from companion.store.work import nothing_set, piece_list
from companion.store.work.rows import WorkRow
from tests.cast import Cast
from tests.crowd import fill
from tests.fixtures import Clock
from tests.people import Participant, Staff

MANY = 1000


def rules(tx: Transaction, cast: Cast, whose: Staff) -> list[QueueRow]:
    """Return a practitioner's queue, calculated by the functions in ``companion.domain``."""
    own = tx.scalars(select(Enrolment).where(Enrolment.practitioner_id == whose.viewer.account_id)).all()
    ids = [row.id for row in own]
    meetings, pieces = appointments.appointments_of(tx, ids), piece_list.pieces(tx, ids, own_titles=False)
    raised = concerns.lines(tx, whose.viewer)
    unopened = {row.enrolment_id: (row.id, row.at) for row in handovers.unopened(tx, whose.viewer, cast.now)}
    meant = defaultdict(list)
    for work in tx.scalars(select(WorkRow).where(WorkRow.enrolment_id.in_(ids))):
        meant[work.enrolment_id].append(work.due_id)
    rows = [
        line
        for row in own
        for line in rows_of(
            Known(
                row.id,
                PathwayState(row.state),
                row.created_at,
                meetings[row.id],
                pieces[row.id],
                meant[row.id],
                [(line.id, line.raised_at) for line in raised if line.enrolment_id == row.id],
                unread(tx, row.id),
                unopened.get(row.id),
            ),
            LASTS,
            cast.now,
        )
    ]
    return sorted(rows, key=lambda row: row.place)


def unread(tx: Transaction, enrolment_id: UUID) -> UnreadMessages | None:
    rows = tx.scalars(
        select(MessageRow).where(
            MessageRow.enrolment_id == enrolment_id, MessageRow.his.is_(True), MessageRow.read_at.is_(None)
        )
    ).all()
    if not rows:
        return None
    due = min(runs_out(promised(row)) for row in rows)
    return UnreadMessages(due, min(row.sent_at for row in rows), len(rows))


def found(
    tx: Transaction, cast: Cast, whose: Staff, place: Place = START, most: int = MANY
) -> list[QueueRow]:
    covered = absence.covered_by(tx, whose.viewer, cast.now)
    return list(queue.after(tx, whose.viewer, Wanted(covered, most, place), cast.now).rows)


def agrees(cast: Cast, *reasons: str, whose: Staff | None = None) -> list[QueueRow]:
    """Check that the queue's rows match the rules and have the expected ``reasons`` in order, and return the
    rows.
    """
    whose = whose or cast.priya
    with cast.store.reading() as tx:
        rows = found(tx, cast, whose)
        assert rows == rules(tx, cast, whose)
        unset = [row for row in rows if row.reason is Reason.UNSET]
        assert nothing_set.count(tx, whose.viewer.account_id, cast.now) == len(unset)
    assert [row.reason.value for row in rows] == list(reasons)
    return rows


def note(cast: Cast, who: Participant, attended: str = "attended") -> None:
    with cast.store.reading() as tx:
        meeting = appointments.appointments(tx, who.enrolment_id)[0]
    attendance.note(cast.priya.actor, meeting.id, AttendanceForm(attended, "", "", meeting.revision))


def test_the_queue_calculated_in_sql_matches_the_domains_rules(cast: Cast, clock: Clock) -> None:
    sam, priya = cast.sam, cast.priya  # Sam and Priya have an appointment in two days
    agrees(cast, "unset")
    work = priya.sets(sam, "a-week-of-choices")
    agrees(cast)
    sam.finishes(work)
    submission = sam.submits(work)
    agrees(cast, "to_read")
    sam.writes("May I bring my notebook?")
    told = sam.tells("I need to say this.")
    sam.tells("About you.", kind=ConcernKind.ABOUT_PRACTITIONER)
    agrees(cast, "concern", "message", "to_read")
    clock.forward(hours=30)
    sam.writes("I will just bring it.")
    assert [row.many for row in agrees(cast, "concern", "message", "to_read")] == [1, 2, 1]
    priya.reads_messages_of(sam)
    priya.reads(submission)
    agrees(cast, "concern", "to_answer")
    priya.releases(submission, whole="Thank you.")
    agrees(cast, "concern", "to_talk")
    cast.margaret.takes(told)
    cast.margaret.closes(told, "It is done.")
    agrees(cast, "to_talk")

    clock.forward(days=1)
    agrees(cast, "to_talk", "unnoted", "unbooked")
    note(cast, sam, "missed")
    agrees(cast, "to_talk", "unbooked")
    note(cast, sam, "not_noted")
    schedule.add_appointment(priya.actor, sam.enrolment_id, uuid4(), a_session(cast.now + timedelta(days=1)))
    agrees(cast, "to_talk", "unnoted", "unset")
    note(cast, sam)
    agrees(cast, "unset")
    sam.finishes(second := priya.sets(sam, "hopes-and-fears"))
    priya.returns(sam.submits(second), "Could you say more?")
    agrees(cast, "to_talk")


def test_a_handover_moves_rows_to_the_new_practitioners_queue(cast: Cast) -> None:
    cast.sam.writes("May I ask something?")
    cast.priya.hands_over(cast.sam, cast.daniel)
    agrees(cast)
    agrees(cast, "message", "taken_on", "unset", whose=cast.daniel)


def test_work_for_a_cancelled_session_is_due_at_the_next_session(cast: Cast) -> None:
    sam = cast.sam
    work = cast.priya.sets(sam, "a-week-of-choices")
    schedule.add_appointment(
        cast.priya.actor, sam.enrolment_id, uuid4(), a_session(cast.now + timedelta(days=2, hours=3))
    )
    sam.finishes(work)
    cast.priya.releases(sam.submits(work), whole="Thank you.")
    agrees(cast, "to_talk", "unset")  # no work is set for the second appointment on the same day
    note(cast, sam, "cancelled_by_participant")
    agrees(cast, "to_talk")


def test_the_queues_sql_matches_the_domains_rules_for_many_participants(cast: Cast, clock: Clock) -> None:
    fill(cast.store, cast.priya.viewer.account_id, 60, cast.now, caseload=60)
    for days in (0, 3, 200):
        clock.forward(days=days)
        with cast.store.reading() as tx:
            rows = found(tx, cast, cast.priya)
            assert rows == rules(tx, cast, cast.priya)
            assert len(rows) > 40 and len({row.place for row in rows}) == len(rows)
            for row, following in pairwise(rows[:26]):
                assert found(tx, cast, cast.priya, row.place, 1) == [following]
            assert found(tx, cast, cast.priya, rows[-1].place, 1) == []
            first = queue.after(tx, cast.priya.viewer, Wanted((), 5), cast.now)
            assert (first.rows, first.total) == (rows[:5], len(rows))


def test_the_queue_finds_the_next_row_after_the_current_row_is_done(cast: Cast) -> None:
    cast.sam.writes("May I ask something?")
    cast.owen.writes("May I?")
    message, other, unset = agrees(cast, "message", "message", "unset")
    cast.priya.reads_messages_of(cast.sam if message.enrolment_id == cast.sam.enrolment_id else cast.owen)
    with cast.store.reading() as tx:
        assert found(tx, cast, cast.priya, message.place, 1) == [other]
        assert found(tx, cast, cast.priya, unset.place, 1) == []


def test_covering_for_a_colleague_adds_their_messages_but_no_other_tasks_to_the_queue(cast: Cast) -> None:
    cast.sam.writes("May I ask something?")
    cast.idris.writes("May I?")
    today = cast.now.date()
    agrees(cast, "message", "unset")
    cast.priya.is_away(today, today, cast.daniel)
    with cast.store.reading() as tx:
        both = found(tx, cast, cast.daniel)
        assert [row.reason for row in both] == [Reason.MESSAGE, Reason.MESSAGE]
        assert {row.enrolment_id for row in both} == {cast.sam.enrolment_id, cast.idris.enrolment_id}
        assert [row.reason for row in found(tx, cast, cast.priya)] == [Reason.MESSAGE, Reason.UNSET]
    cast.daniel.reads_messages_of(cast.sam)
    with cast.store.reading() as tx:
        (left,) = found(tx, cast, cast.daniel)
        assert left.enrolment_id == cast.idris.enrolment_id
