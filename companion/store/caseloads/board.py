"""Queries for boards.

A board lists enrolments, one page at a time, in the order that the viewer chose. To sort, filter and paginate
the enrolments, the database uses unencrypted columns (store/caseloads/sort_keys.py). Only data shown on the
page is decrypted. The number of queries doesn't depend on the number of enrolments.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, literal, null, or_, select, true, type_coerce
from sqlalchemy.orm import InstrumentedAttribute

from companion.domain.caseloads.board import NEVER, OWING, SLIPS, Show, week_ahead
from companion.domain.caseloads.board_query import PAGE, BoardQuery, Paging
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
    """The enrolments on one page of a board, in order, and how many enrolments each filter would show."""

    ids: Sequence[UUID]
    counts: dict[Show, int]
    paging: Paging
    sent_back: int = 0
    """The number of the author's activities that a lead has sent back."""


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
    """Return one page of a board. If ``eyes_first`` is True, sort by urgency, otherwise by next appointment.

    ``author_id`` is the author whose sent-back activities are counted.
    """
    wanted = tuple(dict.fromkeys((*shows, asked.show)))
    sent_back = waiting_for(author_id) if author_id else literal(0)
    *found, returned = _counted(tx, whose, asked, [*_columns(wanted, now), sent_back])
    counted = dict(zip(wanted, found, strict=True))
    paging = Paging(asked.page, counted[asked.show])
    order = [*(_eyes_first(now) if eyes_first else ()), *_by_meeting(now)]
    ids = tx.scalars(  # select only ids, so that the database doesn't sort whole rows
        select(Enrolment.id)
        .where(whose, Enrolment.state.in_(asked.states), _is_in(asked.show, now))
        .order_by(*order)
        .limit(PAGE)
        .offset(paging.start)
    ).all()
    return Page(ids, counted, paging, returned)


def enrolments_of(tx: Transaction, page: Page) -> list[Enrolment]:
    """Return the rows of the enrolments on a page. Leave out rows that were changed outside Companion."""
    rows = {row.id: row for row in tx.scalars(select(Enrolment).where(Enrolment.id.in_(page.ids)))}
    return [rows[each] for each in page.ids if rows[each].intact]


def counts(
    tx: Transaction, whose: ColumnElement[bool], asked: BoardQuery, shows: Sequence[Show], now: datetime
) -> dict[Show, int]:
    """Return how many of these enrolments each filter would show."""
    return dict(zip(shows, _counted(tx, whose, asked, _columns(shows, now)), strict=True))


def _columns(shows: Sequence[Show], now: datetime) -> list[ColumnElement[int]]:
    return [func.count(case((_is_in(show, now), 1))) for show in shows]


def _counted(
    tx: Transaction, whose: ColumnElement[bool], asked: BoardQuery, columns: Sequence[Any]
) -> Sequence[int]:
    found = select(*columns).select_from(Enrolment).where(whose, Enrolment.state.in_(asked.states))
    return tuple(tx.execute(found).one())


def slips(tx: Transaction, now: datetime) -> dict[UUID, dict[Show, Waiting]]:
    """For each practitioner, return how many of their participants have something overdue or missing, and
    since when.

    The counts are the same as those shown on a board's filters.
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
    """Return the enrolment with this reference, or None if ``whose`` doesn't select any such enrolment."""
    row = tx.scalar(select(Enrolment).where(whose, Enrolment.reference == reference))
    return row if row and row.intact else None


def was_erased(tx: Transaction, viewer: Viewer, reference: str) -> bool:
    """Return whether the participant with this reference was erased.

    If the viewer isn't a lead and wasn't the participant's practitioner, return False.
    """
    query = select(Enrolment.practitioner_id).where(Enrolment.reference == reference, ~is_there())
    whose = tx.scalar(query)
    return whose is not None and (viewer.role is Role.LEAD or whose == viewer.account_id)


def of_service(practitioner: UUID | None, site: str) -> ColumnElement[bool]:
    """Select all enrolments, only this practitioner's enrolments, or only those at this site."""
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
    """Return an SQL condition that is true when ``Glance.waits_since`` isn't None."""
    told = (Enrolment.concern_since.is_not(None), Enrolment.unread_since.is_not(None))
    return or_(*told, _overdue(now), _late(now))


def _is_in(show: Show, now: datetime) -> ColumnElement[bool]:
    """Return the SQL condition that corresponds to ``Glance.is_in``."""
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
    """Return the SQL that finds when an enrolment's first appointment under these conditions begins."""
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
    """Return the SQL sort columns that correspond to ``Glance.by_meeting``."""
    return [func.coalesce(next_at(now), NEVER), Enrolment.reference]


def _eyes_first(now: datetime) -> list[ColumnElement[Any]]:
    """Return the SQL sort columns that correspond to the first part of ``Glance.eyes_first``."""
    never = literal(NEVER, UtcDateTime)
    unread = func.coalesce(Enrolment.unread_since, never)
    overdue = case((_overdue(now), Enrolment.due_from), else_=never)
    late = case((Enrolment.message_due <= now, Enrolment.message_due), else_=never)
    waits = _earlier(_earlier(unread, overdue), late)
    since = func.coalesce(Enrolment.concern_since, waits)
    last = case((_waits(now), 0), (_unbooked(now), 0), else_=1)
    return [Enrolment.concern_since.is_(None), since, last]


def _earlier(one: ColumnElement[Any], other: ColumnElement[Any]) -> ColumnElement[Any]:
    return case((one <= other, one), else_=other)
