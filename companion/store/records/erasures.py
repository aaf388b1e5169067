"""Requests for erasure, leads' decisions, and the erasures themselves."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, ForeignKey, LargeBinary, String, Table, delete, func, select, update
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column

from companion.domain.enrolments.pathway import PathwayState
from companion.domain.people import Role, Viewer
from companion.domain.records.data_rights import MONTH, Outcome, RefusalWording
from companion.domain.refusals import NotFound
from companion.domain.waiting import Waiting
from companion.store import locks, people, row_binding
from companion.store.base import Model, Transaction
from companion.store.concerns import concerns
from companion.store.enrolments.enrolments import Enrolment
from companion.store.keys import CONCERNS
from companion.store.records import legal_holds, table_policy
from companion.store.records.table_policy import BELONGINGS, Fate
from companion.store.row_binding import Bound
from companion.store.types import UtcDateTime


class ErasureRequest(Model):
    """A participant's request for erasure, and a lead's decision.

    The concerns key encrypts the lead's reason for refusing an erasure. The participant never sees the lead's
    reason.
    """

    __tablename__ = "erasure_requests"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    outcome: Mapped[str | None] = mapped_column(String(10))
    told: Mapped[str | None] = mapped_column(String(20))
    reason: Mapped[bytes | None] = mapped_column(LargeBinary)


class Erasure(Bound, Model):
    """An erasure, from the decision until the participant's key and rows are deleted."""

    __tablename__ = "erasures"
    BOUND = ("account_id", "reference", "why", "by_id", "begun_at", "done_at")

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), unique=True)
    reference: Mapped[str] = mapped_column(String(10))
    why: Mapped[str] = mapped_column(String(40))
    """The reason for the erasure: ``asked`` by the participant, ``retention:<rule>``, or ``again`` because a
    restored backup had brought the erased data back.
    """
    by_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


@dataclass(frozen=True)
class ErasureLine:
    """A participant's request for erasure, as leads see it, with anything that prevents the erasure."""

    id: UUID
    account_id: UUID
    reference: str
    state: PathwayState
    since: date
    asked_at: datetime
    concerns: list[concerns.ConcernLine]
    holds: list[legal_holds.Hold]
    decided_at: datetime | None
    outcome: Outcome | None
    told: RefusalWording | None
    reason: str
    """The reason for a refusal, which only leads see."""
    done: bool
    """True if the erasure is complete."""

    @property
    def hears_by(self) -> datetime:
        """The time by which a lead must answer the request for erasure."""
        return self.asked_at + MONTH


def ask(tx: Transaction) -> bool:
    """Record the viewer's request for erasure.

    Return False if the viewer already has an open request. Simultaneous requests are handled one after the
    other. Raise ``NotFound`` if the viewer's data has been erased.
    """
    people.lock(tx, tx.viewer.account_id)
    if people.account(tx, tx.viewer.account_id).erased_at is not None:  # erased during this request
        raise NotFound
    if _undecided(tx, tx.viewer.account_id):
        return False
    tx.add(ErasureRequest(id=uuid4(), account_id=tx.viewer.account_id, asked_at=tx.now))
    return True


def last_of(tx: Transaction, viewer: Viewer) -> ErasureRequest | None:
    """Return the viewer's open request for erasure, or else the latest request, or None."""
    return tx.scalar(
        select(ErasureRequest)
        .where(ErasureRequest.account_id == viewer.account_id)
        .order_by(ErasureRequest.outcome.is_not(None), ErasureRequest.asked_at.desc(), ErasureRequest.id)
        .limit(1)
    )


def waiting(tx: Transaction) -> Waiting:
    """Return how many requests for erasure are open, and since when the oldest has been waiting."""
    counted = select(func.count(), func.min(ErasureRequest.asked_at)).where(ErasureRequest.outcome.is_(None))
    return Waiting(*tx.execute(counted).one())


def requests(tx: Transaction, viewer: Viewer, *, decided: bool = False) -> list[ErasureLine]:
    """Return all open requests for erasure, the oldest first.

    With ``decided``, return the decided requests, the latest first. Viewers who aren't leads get an empty
    list.
    """
    order = ErasureRequest.decided_at.desc() if decided else ErasureRequest.asked_at
    return _asked(tx, viewer, ErasureRequest.outcome.is_not(None) == decided, order)


def request_row(tx: Transaction, viewer: Viewer, request_id: UUID) -> ErasureRequest:
    """Lock and return a request for erasure. Only a lead may read requests for erasure.

    Lock the participant's account and enrolment first, and then the request for erasure. Raise ``NotFound``
    unless the viewer is a lead and the request exists.
    """
    row = tx.get(ErasureRequest, request_id)
    if row is None or viewer.role is not Role.LEAD:
        raise NotFound
    people.lock(tx, row.account_id)
    enrolment_of(tx, row.account_id, lock=True)
    locks.lock_one(tx, select(ErasureRequest).where(ErasureRequest.id == request_id))
    return row


def keep_reason(tx: Transaction, row: ErasureRequest, words: str) -> None:
    """Encrypt and save the reason for a refusal."""
    row.reason = tx.keys.box(CONCERNS).seal("erasure_requests.reason", row.id, words)


def shown(tx: Transaction, viewer: Viewer, request_id: UUID) -> ErasureLine:
    """Return a request for erasure, for leads to see.

    Raise ``NotFound`` unless the viewer is a lead and the request exists.
    """
    found = _asked(tx, viewer, ErasureRequest.id == request_id, ErasureRequest.id)
    if not found:
        raise NotFound
    return found[0]


def decide(tx: Transaction, row: ErasureRequest, outcome: Outcome) -> None:
    """Record the viewer's decision about a request for erasure. The caller must commit the transaction."""
    row.outcome, row.decided_at, row.decided_by = outcome, tx.now, tx.viewer.account_id


def settle(tx: Transaction, account_id: UUID, now: datetime) -> None:
    """Mark every undecided request to erase this account as approved, because the erasure has begun.

    The caller must commit the transaction.
    """
    waits = update(ErasureRequest).where(
        ErasureRequest.account_id == account_id, ErasureRequest.outcome.is_(None)
    )
    tx.execute(waits.values(outcome=Outcome.APPROVED, decided_at=now))


def enrolment_of(tx: Transaction, account_id: UUID, *, lock: bool = False) -> Enrolment:
    """Return a participant's enrolment, even after an erasure.

    Raise ``NotFound`` if the account has no enrolment.
    """
    query = select(Enrolment).where(Enrolment.participant_id == account_id)
    row = locks.lock_one(tx, query) if lock else tx.scalar(query)
    if row is None:
        raise NotFound
    return row


def erasure_of(tx: Transaction, account_id: UUID) -> Erasure | None:
    """Return this participant's erasure, or None."""
    return tx.scalar(select(Erasure).where(Erasure.account_id == account_id))


def unfinished(tx: Transaction) -> list[UUID]:
    """Return the accounts whose erasure has begun but isn't complete.

    Rows that don't match their keyed hashes are ignored.
    """
    return [row.account_id for row in tx.scalars(select(Erasure)) if row.intact and row.done_at is None]


def begun(tx: Transaction) -> set[UUID]:
    """Return the accounts whose erasure has begun or is complete.

    Rows that don't match their keyed hashes are ignored. An attacker who inserts a row into the table can't
    make Companion destroy a participant's key.
    """
    return {row.account_id for row in tx.scalars(select(Erasure)) if row.intact}


def wipe(tx: Transaction, account_id: UUID) -> None:
    """Delete the participant's rows, or blank the columns that identify the participant.

    The caller must lock the account first, and commit afterwards.
    """
    tables = [table for table in Model.metadata.sorted_tables if table.name in BELONGINGS]
    for table in tables:  # accounts come first, because blanking the sign-in hash needs a stronger lock
        belonging = BELONGINGS[table.name]
        if belonging.fate is Fate.BLANKED:
            _blank(tx, table, table_policy.his(table.name, account_id), belonging.blank)
    for table in reversed(tables):
        if BELONGINGS[table.name].fate is Fate.DELETED:
            tx.execute(delete(table).where(table_policy.his(table.name, account_id)))


def _blank(tx: Transaction, table: Table, rows: ColumnElement[bool], blank: Mapping[str, Any]) -> None:
    """Blank these columns in the selected rows.

    If a keyed hash covers any of these columns, change the rows one at a time and recompute each hash.
    """
    model = next((each for each in row_binding.models() if each.__table__ is table), None)
    bound = {name: value for name, value in blank.items() if model and name in model.BOUND}
    if model and bound:
        for row in tx.scalars(select(model).where(rows)):
            for name, value in bound.items():
                setattr(row, name, value)
        tx.flush()
    if rest := {name: value for name, value in blank.items() if name not in bound}:
        tx.execute(update(table).where(rows).values(rest))


def _undecided(tx: Transaction, account_id: UUID) -> bool:
    waits = (ErasureRequest.account_id == account_id) & ErasureRequest.outcome.is_(None)
    return tx.scalar(select(ErasureRequest.id).where(waits).limit(1)) is not None


def _asked(
    tx: Transaction,
    viewer: Viewer,
    which: ColumnElement[bool],
    order: ColumnElement[Any] | InstrumentedAttribute[Any],
) -> list[ErasureLine]:
    """Return the selected requests for erasure, each with anything that prevents the erasure.

    Viewers who aren't leads get an empty list.
    """
    if viewer.role is not Role.LEAD:
        return []
    rows = tx.execute(
        select(ErasureRequest, Enrolment, Erasure.done_at)
        .join(Enrolment, Enrolment.participant_id == ErasureRequest.account_id)
        .outerjoin(Erasure, Erasure.account_id == ErasureRequest.account_id)
        .where(which)
        .order_by(order, ErasureRequest.id)
    ).all()
    raised, on, box = concerns.lines(tx, viewer), legal_holds.holds(tx), tx.keys.box(CONCERNS)
    return [
        ErasureLine(
            row.id,
            row.account_id,
            enrolment.reference,
            PathwayState(enrolment.state),
            enrolment.state_since,
            row.asked_at,
            [line for line in raised if line.enrolment_id == enrolment.id],
            [hold for hold in on if hold.reference == enrolment.reference],
            row.decided_at,
            Outcome(row.outcome) if row.outcome else None,
            RefusalWording(row.told) if row.told else None,
            box.open("erasure_requests.reason", row.id, row.reason) if row.reason else "",
            done_at is not None,
        )
        for row, enrolment, done_at in rows
    ]
