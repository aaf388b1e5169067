"""Test that the boards' SQL agrees with the domain's rules. Test that a larger board needs no more SQL
statements than a smaller one.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from companion.cli.demo.people import a_session
from companion.domain.caseloads.board import FOR_LEADS, OF_PRACTITIONERS, SLIPS, Glance, Show, glance
from companion.domain.caseloads.board_query import EVERY, PAGE, BoardQuery
from companion.domain.enrolments.pathway import PathwayState
from companion.domain.meetings.appointments import Appointment, Attendance
from companion.domain.messages.messages import runs_out
from companion.domain.work.nothing_set import without_work
from companion.services.meetings import schedule
from companion.services.meetings.schedule import NewTime
from companion.services.staff import accounts
from companion.store import people
from companion.store.accounts.passphrases import Hasher
from companion.store.base import Transaction
from companion.store.caseloads import board, sort_keys
from companion.store.concerns import concerns
from companion.store.enrolments.enrolments import Enrolment, theirs
from companion.store.meetings import appointments
from companion.store.meetings.appointments import LASTS, AppointmentRow
from companion.store.messages import messages
from companion.store.operations import rebind_rows
from companion.store.work import piece_list
from companion.store.work.rows import WorkRow
from tests.by_hand import by_hand
from tests.cast import Cast
from tests.crowd import fill
from tests.fixtures import Clock
from tests.people import Participant

HOURS = st.none() | st.integers(-300, 300)


@pytest.fixture
def crowd(cast: Cast) -> Cast:
    """Add 45 enrolments."""
    fill(cast.store, cast.priya.viewer.account_id, 45, cast.now)
    return cast


def everybody(tx: Transaction, now: datetime) -> list[Glance]:
    """For each enrolment, return the facts that decide its place on the board."""
    rows = tx.scalars(select(Enrolment)).all()
    ids = [row.id for row in rows]
    upcoming, booked = appointments.next_appointments(tx, ids, now), appointments.appointments_of(tx, ids)
    meant = defaultdict(list)
    for work in tx.scalars(select(WorkRow)):
        meant[work.enrolment_id].append(work.due_id)
    return [
        Glance(
            row.reference,
            PathwayState(row.state),
            upcoming[row.id].starts_at if row.id in upcoming else None,
            row.unread_since,
            row.due_from,
            row.to_talk,
            row.concern_since,
            row.message_due,
            first(
                each
                for each in booked[row.id]
                if each.attendance is Attendance.NOT_NOTED and each.starts_at <= now - LASTS
            ),
            first(
                each
                for each in before_which_nothing_is_due(booked[row.id], meant[row.id])
                if each.starts_at > now
            ),
        )
        for row in rows
    ]


def first(meetings: Iterable[Appointment]) -> datetime | None:
    return min((each.starts_at for each in meetings), default=None)


def before_which_nothing_is_due(meetings: Sequence[Appointment], meant: Sequence[UUID]) -> list[Appointment]:
    return [
        each
        for each in meetings
        for found in without_work(
            PathwayState.IN_PROGRAMME, meetings, meant, each.starts_at - timedelta(days=1)
        )
        if found == each
    ]


def all_pages(tx: Transaction, asked: BoardQuery, now: datetime, *, lead: bool) -> list[str]:
    found: list[str] = []
    shows = FOR_LEADS if lead else OF_PRACTITIONERS
    while True:
        page = board.page(tx, board.of_service(None, ""), asked, shows, now, eyes_first=lead)
        found += [row.reference for row in board.enrolments_of(tx, page)]
        assert page.counts[asked.show] == page.paging.total
        if asked.page >= page.paging.pages:
            return found
        asked = replace(asked, page=asked.page + 1)


def check(tx: Transaction, now: datetime) -> None:
    """Check that, with every filter, the boards show the participants that ``companion.domain`` selects."""
    known = everybody(tx, now)
    for lead, shows in ((True, FOR_LEADS), (False, OF_PRACTITIONERS)):
        for show in shows:
            for state in ("", EVERY, PathwayState.IN_PROGRAMME):
                asked = BoardQuery(show, state)
                shown = [each for each in known if each.state in asked.states and each.is_in(show, now)]
                shown.sort(key=lambda each: each.eyes_first(now) if lead else each.by_meeting())
                assert all_pages(tx, asked, now, lead=lead) == [each.reference for each in shown], asked


@settings(
    max_examples=6,
    deadline=None,
    phases=[Phase.generate],  # shrinking is slow here, and a smaller example wouldn't help more
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(
        st.tuples(st.sampled_from(PathwayState), HOURS, HOURS, HOURS, HOURS, st.integers(0, 3)),
        min_size=45,
        max_size=45,
    ),
    st.integers(0, 400),
)
def test_boards_calculated_in_sql_match_the_domains_rules(
    crowd: Cast, known: list[tuple[Any, ...]], hours: int
) -> None:
    now = crowd.now

    def moment(offset: int | None) -> datetime | None:
        return None if offset is None else now + timedelta(hours=offset)

    with by_hand(crowd.store) as tx:  # this transaction is never committed
        ids = tx.scalars(select(Enrolment.id).order_by(Enrolment.reference)).all()
        for each, (state, unread, due, concern, message, to_talk) in zip(ids, known, strict=True):
            values = {
                "unread_since": moment(unread),
                "due_from": moment(due),
                "concern_since": moment(concern),
                "message_due": moment(message),
            }
            changed = update(Enrolment).where(Enrolment.id == each)
            tx.connection().execute(changed.values(state=state, to_talk=to_talk, **values))
        rebind_rows.bind(tx, Enrolment, ids)
        tx.expire_all()
        check(tx, now + timedelta(hours=hours))


def test_concerns_reported_at_the_same_moment_are_sorted_by_the_participants_next_meeting(
    crowd: Cast,
) -> None:
    with by_hand(crowd.store) as tx:  # this transaction is never committed
        ids = tx.scalars(select(Enrolment.id)).all()
        changed = update(Enrolment).where(Enrolment.id.in_(ids))
        tx.connection().execute(
            changed.values(state=PathwayState.IN_PROGRAMME, concern_since=crowd.now, message_due=None)
        )
        rebind_rows.bind(tx, Enrolment, ids)
        tx.expire_all()
        moments = (crowd.now + timedelta(days=days) for days in range(100))
        mixed = {True, False}
        later = next(at for at in moments if {g.next_at is None for g in everybody(tx, at)} == mixed)
        check(tx, later)


def agrees(cast: Cast, *who: Participant) -> None:
    """Check that the values stored with enrolments equal the values that ``companion.domain`` calculates."""
    now, margaret = cast.now, cast.margaret.viewer
    with cast.store.reading() as tx:
        pieces = piece_list.pieces(tx, [each.enrolment_id for each in who])
        raised = concerns.lines(tx, margaret, closed=(False, True))
        known = {each.reference: each for each in everybody(tx, now)}
        for each in who:
            row = tx.get_one(Enrolment, each.enrolment_id)
            about = {line.raised_at: line.concern for line in raised if line.enrolment_id == row.id}
            found = known[row.reference]
            attended = [
                met.starts_at
                for met in appointments.appointments(tx, row.id)
                if met.attendance is Attendance.ATTENDED
            ]
            state = PathwayState(row.state)
            promised = unread_promises(tx, each)
            assert replace(found, unnoted_since=None, unset_at=None) == glance(
                row.reference, state, found.next_at, pieces[row.id], about, attended, promised
            )
        check(tx, now)


def unread_promises(tx: Transaction, who: Participant) -> list[date]:
    """Return the date by which each of this participant's unread messages should be read."""
    rows = messages.newest(tx, who.enrolment_id)
    return [messages.promised(row) for row in rows if row.his and row.read_at is None]


def test_each_practitioners_overdue_count_matches_the_list_on_the_leads_board(
    crowd: Cast,
) -> None:
    now = crowd.now + timedelta(days=9)
    crowd.sam.writes("May I bring my notebook?")
    assert crowd.another("Ada", days=10)  # this participant has no work
    with crowd.store.reading() as tx:
        found = board.slips(tx, now)
        assert len(found) == 2 and all(set(each) == set(SLIPS) for each in found.values())
        for show in SLIPS:
            for whose, counted in found.items():
                page = board.page(
                    tx, board.of_service(whose, ""), BoardQuery(show), FOR_LEADS, now, eyes_first=True
                )
                assert counted[show].count == page.paging.total == page.counts[show], show
            assert sum(each[show].count for each in found.values()), f"somebody has {show}"
        late = found[crowd.priya.viewer.account_id]
        assert late[Show.LATE].oldest == runs_out(date(2026, 11, 25))
        unnoted = first(
            each
            for those in appointments.appointments_of(
                tx, tx.scalars(select(Enrolment.id).where(theirs(crowd.priya.viewer)))
            ).values()
            for each in those
        )
        assert late[Show.UNNOTED].oldest == unnoted


def test_stored_facts_about_enrolments_always_match_the_facts_that_the_rules_calculate(
    cast: Cast, clock: Clock
) -> None:
    sam, owen, priya = cast.sam, cast.owen, cast.priya
    agrees(cast, sam, owen, cast.idris)
    first, second = priya.sets(sam, "a-week-of-choices"), priya.sets(sam, "hopes-and-fears")
    agrees(cast, sam, owen)
    sam.finishes(first)
    submission = sam.submits(first)
    agrees(cast, sam, owen)
    told = sam.tells("I need to say this.")
    sam.writes("May I bring my notebook?")
    agrees(cast, sam, owen)
    clock.forward(hours=12)
    sam.writes("I will just bring it.")
    agrees(cast, sam, owen)
    priya.reads_messages_of(sam)
    agrees(cast, sam, owen)
    raised = priya.raises(sam, "He sounds very low.")
    agrees(cast, sam, owen)
    priya.reads(submission)
    agrees(cast, sam, owen)
    priya.returns(submission, "Could you say more?")
    agrees(cast, sam, owen)
    cast.margaret.takes(told)
    cast.margaret.closes(told, "It is done.")
    agrees(cast, sam, owen)

    move(cast, sam, days=30)
    agrees(cast, sam, owen)
    add(cast, sam, days=1)
    clock.forward(days=5)
    agrees(cast, sam, owen)
    with cast.store.writing() as tx:
        sort_keys.look_ahead(tx, cast.now)
        tx.commit()
    agrees(cast, sam, owen)
    clock.forward(days=40)
    agrees(cast, sam, owen)

    sam.finishes(second)
    priya.releases(sam.submits(second), whole="Thank you.")
    sam.submits(first)
    cast.margaret.closes(raised, "It is done.")
    agrees(cast, sam, owen)


def test_the_count_of_items_waiting_for_a_lead_matches_the_list_of_those_items(
    cast: Cast, clock: Clock
) -> None:
    told, raised = cast.sam.tells("I need to say this."), cast.priya.raises(cast.owen, "He sounds very low.")
    cast.idris.tells("This, too.")
    cast.margaret.takes(told)
    accounts.add_staff(cast.alex.actor, Hasher(cheap=True), "Robin", "lead", "")
    for days in (0, 1, 40):
        clock.forward(days=days)
        with cast.store.reading() as tx:
            listed = [
                line.concern.overdue_since(cast.now) for line in concerns.lines(tx, cast.margaret.viewer)
            ]
            assert concerns.open_and_overdue(tx, cast.now) == (len(listed), len(listed) - listed.count(None))
            new = [each for each in people.staff(tx) if each.approved_at is None]
            assert [each.count for each in people.staff_waiting(tx)] == [len(new), 0] == [1, 0]
    cast.margaret.takes(raised)
    cast.margaret.closes(raised, "It is done.")
    with cast.store.reading() as tx:
        assert concerns.open_and_overdue(tx, cast.now) == (2, 2)


def test_a_failed_action_does_not_change_a_boards_values(cast: Cast) -> None:
    sam = cast.sam
    with by_hand(cast.store) as tx:
        meetings = select(AppointmentRow).where(AppointmentRow.enrolment_id == sam.enrolment_id)
        row = tx.scalars(meetings).one()
        row.starts_at -= timedelta(days=9)
        tx.flush()
        tx.rollback()
        tx.commit()
    agrees(cast, sam)


def test_a_board_reads_only_the_rows_on_its_page(crowd: Cast) -> None:
    with crowd.store.reading() as tx:
        page = board.page(
            tx, theirs(crowd.priya.viewer), BoardQuery(), OF_PRACTITIONERS, crowd.now, eyes_first=False
        )
        rows = board.enrolments_of(tx, page)
        assert len(rows) == page.paging.total == PAGE
        assert {row.practitioner_id for row in rows} == {crowd.priya.viewer.account_id}
        assert board.with_reference(tx, theirs(crowd.daniel.viewer), rows[0].reference) is None


def move(cast: Cast, who: Participant, days: int) -> None:
    day = cast.now + timedelta(days=days)
    with cast.store.reading() as tx:
        meeting = appointments.appointments(tx, who.enrolment_id)[0]
    schedule.move_appointment(
        cast.priya.actor, meeting.id, NewTime(f"{day:%Y-%m-%d}", "10:00", meeting.revision)
    )


def add(cast: Cast, who: Participant, days: int) -> None:
    wanted = a_session(cast.now + timedelta(days=days))
    schedule.add_appointment(cast.priya.actor, who.enrolment_id, uuid4(), wanted)
