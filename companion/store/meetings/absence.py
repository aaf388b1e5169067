"""Practitioners' absences, and the colleagues who cover."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, bindparam, select
from sqlalchemy.orm import Mapped, mapped_column

from companion.domain.meetings.absence import Away, who_reads
from companion.domain.people import Role, Viewer
from companion.domain.refusals import NotFound
from companion.domain.time.working_days import london_day
from companion.store import locks, people
from companion.store.base import Model, Transaction
from companion.store.people import Account
from companion.store.row_binding import Bound
from companion.store.types import UtcDateTime


class AbsenceRow(Bound, Model):
    """A practitioner's absence.

    A withdrawn absence is kept, to show why the covering practitioner could read messages.
    """

    __tablename__ = "away_days"
    BOUND = ("account_id", "first", "last", "cover_id", "made_at", "taken_back_at")

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    first: Mapped[date]
    last: Mapped[date] = mapped_column(index=True)
    cover_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    taken_back_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


NOT_OVER = (
    select(
        AbsenceRow,
        AbsenceRow.cover_id.in_(select(Account.id).where(Account.left_at.is_(None))).label("covered"),
    )
    .where(AbsenceRow.last >= bindparam("today"), AbsenceRow.taken_back_at.is_(None))
    .order_by(AbsenceRow.first, AbsenceRow.id)
)
"""The query for absences that end on a given day or later. Withdrawn absences are left out.

The query also finds out whether the covering practitioner still works for the service.
"""


def times_away(tx: Transaction, now: datetime) -> list[Away]:
    """Return all practitioners' current and future absences, the earliest first.

    If the covering practitioner has left the service, nobody is named as cover.
    """
    rows = tx.execute(NOT_OVER, {"today": london_day(now)})
    return [
        Away(row.id, row.account_id, row.first, row.last, row.cover_id if covered else None)
        for row, covered in rows
        if row.intact
    ]


def own_times(tx: Transaction, viewer: Viewer, since: datetime) -> list[Away]:
    """Return the viewer's own absences that end on the day of ``since`` or later."""
    return [each for each in times_away(tx, since) if each.who == viewer.account_id]


def covered_by(tx: Transaction, viewer: Viewer, now: datetime) -> set[UUID]:
    """Return the practitioners for whom the viewer covers today."""
    if viewer.role is not Role.PRACTITIONER:
        return set()
    away = times_away(tx, now)
    asked = {each.who for each in away if each.cover == viewer.account_id}
    return {who for who in asked if who_reads(now, who, away) == viewer.account_id}


def away_row(tx: Transaction, viewer: Viewer, away_id: UUID) -> AbsenceRow:
    """Lock and return one of the viewer's own absences.

    Raise ``NotFound`` if the viewer has no such absence.
    """
    people.lock(tx, viewer.account_id)
    row = locks.lock_one(
        tx, select(AbsenceRow).where(AbsenceRow.account_id == viewer.account_id, AbsenceRow.id == away_id)
    )
    if row is None or not row.intact:
        raise NotFound
    return row
