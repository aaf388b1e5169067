"""The versions of what stays open to participants afterwards, and what is open to one of them now."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, ForeignKey, select
from sqlalchemy.orm import Mapped, mapped_column

from companion.domain.after import Open, Rules, Scope, Term, open_to_him
from companion.domain.london import LONDON
from companion.domain.path import EXPECTS_WORK, State
from companion.store.base import Model, Transaction
from companion.store.enrolments import Enrolment, StepRow
from companion.store.types import UtcDateTime


class AfterRow(Model):
    """One version. It counts for those who come to such a step while it is the newest."""

    __tablename__ = "after_rules"

    number: Mapped[int] = mapped_column(unique=True)
    terms: Mapped[dict[str, Any]] = mapped_column(JSON)
    by_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


def rules(tx: Transaction, at: datetime | None = None) -> Rules:
    """The newest version, or the one that was the newest at a moment; before the first the service's own."""
    query = select(AfterRow).order_by(AfterRow.number.desc()).limit(1)
    row = tx.scalar(query if at is None else query.where(AfterRow.at <= at))
    if row is None:
        return Rules()
    terms = {State(state): Term(Scope(scope), days) for state, (scope, days) in row.terms.items()}
    return Rules(row.number, terms)


def add(tx: Transaction, new: Rules, by: UUID, now: datetime) -> None:
    """The next version. The caller commits; the number is unique."""
    terms = {state.value: [term.scope.value, term.days] for state, term in new.terms.items()}
    tx.add(AfterRow(id=uuid4(), number=new.number, terms=terms, by_id=by, at=now))


def open_now(tx: Transaction, enrolment: Enrolment, now: datetime) -> Open:
    """What is open to the participant of this enrolment. What was said to him when he came there holds."""
    state = State(enrolment.state)
    if state in EXPECTS_WORK:
        return Open(Scope.EVERYTHING)
    came = tx.scalar(
        select(StepRow.at)
        .where(StepRow.enrolment_id == enrolment.id)
        .order_by(StepRow.number.desc())
        .limit(1)
    )
    today = now.astimezone(LONDON).date()
    return open_to_him(state, enrolment.state_since, rules(tx, came), today)


def open_to_participant(tx: Transaction, account_id: UUID, now: datetime) -> Open:
    """The same for a participant's account; nothing where it has no enrolment."""
    enrolment = tx.scalar(select(Enrolment).where(Enrolment.participant_id == account_id))
    return open_now(tx, enrolment, now) if enrolment else Open(Scope.NOTHING)
