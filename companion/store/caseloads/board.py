"""Queries for boards.

A board lists enrolments in the viewer's order, page by page. The database sorts and filters by unencrypted
columns (store/caseloads/sort_keys.py). Companion decrypts only what the page shows. The number of queries
doesn't depend on the number of enrolments.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    and_,
    case,
    func,
    literal,
    null,
    or_,
    select,
    true,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute

from companion.domain.caseloads.board import NEVER, OWING, SLIPS, Show, week_ahead
from companion.domain.caseloads.board_query import MOST, PAGE, BoardQuery, Paging
from companion.domain.enrolments.pathway import EXPECTS_WORK, PathwayState
from companion.domain.meetings.appointments import Attendance
from companion.domain.people import Role, Viewer
from companion.domain.waiting import Waiting
from companion.domain.work.nothing_set import set_by
from companion.store.activities.returns import waiting_for
from companion.store.base import Transaction
from companion.store.caseloads.sort_keys import next_at
from companion.store.enrolments.enrolments import Enrolment, is_there
from companion.store.meetings.appointments import LASTS, AppointmentRow
from companion.store.types import UtcDateTime
from companion.store.work.nothing_set import WITHOUT_WORK


@dataclass(frozen=True)
class Page:
    """One page of a board: its enrolments in order, and a count for each filter.

    When counting a filter's matches, stop at ``MOST`` + 1.
    """

    ids: Sequence[UUID]
    counts: dict[Show, int]
    paging: Paging
    sent_back: int = 0
    """The number of the author's activities that a lead has returned."""


@dataclass(frozen=True)
class Part:
    """A section of a board: the condition for its enrolments, and the first two columns to sort them by."""

    where: ColumnElement[bool]
    at: Any
    last: ColumnElement[int]


def page(
    tx: Transaction,
    whose: ColumnElement[bool],
    asked: BoardQuery,
    shows: Sequence[Show],
    now: datetime,
    *,
    eyes_first: bool,
    author_id: UUID | None = None,
) -> Page:
    """Return one page of a board. Sort by next appointment, or most urgent first if ``eyes_first`` is True.

    If ``author_id`` is given, count the activities that leads have returned to this author for changes.
    """
    whose &= Enrolment.state.in_(asked.states)
    shown = whose & _is_in(asked.show, now)
    parts = _by_urgency(now) if eyes_first else [Part(true(), literal(0), literal(0))]
    wanted = tuple(dict.fromkeys((*shows, asked.show)))
    numbers = [_number(whose & _is_in(show, now)) for show in wanted]
    in_parts = [_number(shown & each.where) for each in parts[:-1]]
    sent_back = waiting_for(author_id) if author_id else literal(0)
    *found, returned = tx.execute(select(*numbers, *in_parts, sent_back)).one()
    counted = dict(zip(wanted, found, strict=False))
    paging = Paging(asked.page, min(counted[asked.show], MOST))
    ids = _ids(tx, shown, zip(parts, [*found[len(wanted) :], MOST], strict=True), paging.start, now)
    return Page(ids, counted, paging, returned)


def _ids(
    tx: Transaction, shown: ColumnElement[bool], parts: Iterable[tuple[Part, int]], start: int, now: datetime
) -> Sequence[UUID]:
    """Return the ids of a page's enrolments, with a single query."""
    found, more = [], PAGE
    for number, (part, many) in enumerate(parts):
        most = max(0, min(more, many - start))
        columns = [part.at, part.last, *_by_meeting(now)]
        columns = [column.label(f"sorted_by_{place}") for place, column in enumerate(columns)]
        rows = select(Enrolment.id, literal(number).label("part"), *columns).where(shown, part.where)
        found.append(select(rows.order_by(*columns).limit(most).offset(start).subquery()))
        start, more = max(0, start - many), more - most
    ids, *order = union_all(*found).subquery().columns
    return tx.scalars(select(ids).order_by(*order)).all()


def enrolments_of(tx: Transaction, page: Page) -> list[Enrolment]:
    """Return the rows of the enrolments on a page. Rows that were changed outside Companion are left out."""
    rows = {row.id: row for row in tx.scalars(select(Enrolment).where(Enrolment.id.in_(page.ids)))}
    return [rows[each] for each in page.ids if rows[each].intact]


def counts(
    tx: Transaction, whose: ColumnElement[bool], asked: BoardQuery, shows: Sequence[Show], now: datetime
) -> dict[Show, int]:
    """Count the enrolments under each filter, but stop counting at ``MOST`` + 1."""
    whose &= Enrolment.state.in_(asked.states)
    numbers = [_number(whose & _is_in(show, now)) for show in shows]
    return dict(zip(shows, tx.execute(select(*numbers)).one(), strict=True))


def _number(where: ColumnElement[bool]) -> ScalarSelect[int]:
    found = select(literal(1)).select_from(Enrolment).where(where).limit(MOST + 1).subquery()
    return select(func.count()).select_from(found).scalar_subquery()


def slips(tx: Transaction, now: datetime) -> dict[UUID, dict[Show, Waiting]]:
    """For each practitioner, count the participants that match each filter in ``SLIPS``. For each filter,
    also return the earliest of its participants' times.

    A participant's time is the missed deadline for reading a message, or the start of an appointment that has
    no attendance recorded or no work set. ``UNBOOKED`` has no time (None).
    """
    since = {
        Show.LATE: Enrolment.message_due,
        Show.UNNOTED: _first(*_is_unnoted(now)),
        Show.UNSET: _first(*_is_unset(now)),
        Show.UNBOOKED: null(),
    }
    columns = [
        column
        for show in SLIPS
        for column in (
            func.count(case((_is_in(show, now), 1))),
            type_coerce(func.min(case((_is_in(show, now), since[show]))), UtcDateTime),
        )
    ]
    found = tx.execute(
        select(Enrolment.practitioner_id, *columns)
        .where(is_there(), Enrolment.state.in_(BoardQuery().states))
        .group_by(Enrolment.practitioner_id)
    )
    return {
        whose: {
            show: Waiting(many, oldest)
            for show, many, oldest in zip(SLIPS, counted[::2], counted[1::2], strict=True)
        }
        for whose, *counted in found
    }


def with_reference(tx: Transaction, whose: ColumnElement[bool], reference: str) -> Enrolment | None:
    """Return the enrolment that has this reference and meets the SQL condition, or None."""
    row = tx.scalar(select(Enrolment).where(whose, Enrolment.reference == reference))
    return row if row and row.intact else None


def was_erased(tx: Transaction, viewer: Viewer, reference: str) -> bool:
    """Return True if the reference is an erased participant's. Return False if the viewer is neither a
    lead nor the participant's former practitioner.
    """
    query = select(Enrolment.practitioner_id).where(Enrolment.reference == reference, ~is_there())
    whose = tx.scalar(query)
    return whose is not None and (viewer.role is Role.LEAD or whose == viewer.account_id)


def of_service(practitioner: UUID | None, site: str) -> ColumnElement[bool]:
    """Select all enrolments that haven't been erased. Filter by practitioner and by site, if given."""
    wanted = [is_there()]
    if practitioner is not None:
        wanted.append(Enrolment.practitioner_id == practitioner)
    if site:
        wanted.append(Enrolment.site == site)
    return and_(*wanted)


def _overdue(now: datetime) -> ColumnElement[bool]:
    return and_(Enrolment.due_from <= now, Enrolment.state.in_(OWING))


def _unbooked(now: datetime) -> ColumnElement[bool]:
    return and_(Enrolment.state == PathwayState.IN_PROGRAMME, next_at(now).is_(None))


def _waits(now: datetime) -> ColumnElement[bool]:
    """Return the SQL condition for enrolments that need a lead's attention (see ``Glance.waits_since``)."""
    told = (Enrolment.concern_since.is_not(None), Enrolment.unread_since.is_not(None))
    return or_(*told, _overdue(now), _late(now))


def _is_in(show: Show, now: datetime) -> ColumnElement[bool]:
    """Return the SQL condition for the enrolments that match a filter of the board (``Glance.is_in``)."""
    if show is Show.ALL:
        return true()
    if show is Show.EYES:
        return or_(_waits(now), _unbooked(now))
    if show is Show.TO_READ:
        return Enrolment.unread_since.is_not(None)
    if show is Show.OVERDUE:
        return _overdue(now)
    if show is Show.NEXT_7_DAYS:
        return next_at(now) < week_ahead(now)
    if show is Show.TO_TALK:
        return Enrolment.to_talk > 0
    if show is Show.UNBOOKED:
        return _unbooked(now)
    if show is Show.MESSAGES:
        return Enrolment.message_due.is_not(None)
    if show in OF_SLIPS:
        return OF_SLIPS[show](now)
    return Enrolment.concern_since.is_not(None)


def _is_unset(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return WITHOUT_WORK, AppointmentRow.starts_at > now, AppointmentRow.starts_at < set_by(now)


def _is_unnoted(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return AppointmentRow.attendance == Attendance.NOT_NOTED, AppointmentRow.starts_at <= now - LASTS


def _first(*where: ColumnElement[bool]) -> Any:
    """Return SQL for the start of an enrolment's first appointment that matches ``where``."""
    starts = select(func.min(AppointmentRow.starts_at)).where(*where)
    return starts.where(AppointmentRow.enrolment_id == Enrolment.id).correlate(Enrolment).scalar_subquery()


def _unset(now: datetime) -> ColumnElement[bool]:
    works = and_(Enrolment.state.in_(EXPECTS_WORK), Enrolment.due_from.is_(None))
    return and_(works, next_at(now) < set_by(now), _first(*_is_unset(now)).is_not(None))


def _unnoted(now: datetime) -> ColumnElement[bool]:
    return and_(Enrolment.state != PathwayState.DIED, _first(*_is_unnoted(now)).is_not(None))


def _late(now: datetime) -> ColumnElement[bool]:
    return Enrolment.message_due <= now


OF_SLIPS = {Show.LATE: _late, Show.UNNOTED: _unnoted, Show.UNSET: _unset}


def _by_meeting(now: datetime) -> list[ColumnElement[Any] | InstrumentedAttribute[Any]]:
    """Return the SQL expressions that sort a practitioner's board by the next appointment."""
    return [func.coalesce(next_at(now), NEVER), Enrolment.reference]


def _by_urgency(now: datetime) -> list[Part]:
    """Return the sections of a lead's board, the most urgent section first."""
    never = literal(NEVER, UtcDateTime)
    unread = func.coalesce(Enrolment.unread_since, never)
    overdue = case((_overdue(now), Enrolment.due_from), else_=never)
    late = case((_late(now), Enrolment.message_due), else_=never)
    concern = Enrolment.concern_since
    waits = case((_waits(now), 1), else_=0)
    since, not_booked = _earlier(_earlier(unread, overdue), late), case((_unbooked(now), 0), else_=1)
    return [
        Part(concern.is_not(None), concern, literal(0)),
        Part(and_(concern.is_(None), waits == 1), since, literal(0)),
        Part(and_(concern.is_(None), waits == 0), never, not_booked),
    ]


def _earlier(one: ColumnElement[Any], other: ColumnElement[Any]) -> ColumnElement[Any]:
    return case((one <= other, one), else_=other)
