"""Load and save the versions of the rules that apply after the programme."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, ForeignKey, select
from sqlalchemy.orm import Mapped, mapped_column

from companion.domain.enrolments.after_programme import AfterProgrammeRules, Open, Scope, Term, open_to_him
from companion.domain.enrolments.pathway import EXPECTS_WORK, PathwayState
from companion.domain.time.london import LONDON
from companion.store.base import Model, Transaction
from companion.store.enrolments.enrolments import Enrolment, EnrolmentStepRow
from companion.store.types import UtcDateTime


class AfterProgrammeRow(Model):
    """A version of the rules about what participants can use after the programme.

    A participant follows the rules that applied when their latest pathway step was recorded.
    """

    __tablename__ = "after_rules"

    number: Mapped[int] = mapped_column(unique=True)
    terms: Mapped[dict[str, Any]] = mapped_column(JSON)
    by_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


def rules_in_force(tx: Transaction, at: datetime | None = None) -> AfterProgrammeRules:
    """Return the rules about what participants can use after the programme. If ``at`` is given, return the
    rules that were in force at that time. If there are no rules, return the defaults.
    """
    query = select(AfterProgrammeRow).order_by(AfterProgrammeRow.number.desc()).limit(1)
    row = tx.scalar(query if at is None else query.where(AfterProgrammeRow.at <= at))
    if row is None:
        return AfterProgrammeRules()
    terms = {PathwayState(state): Term(Scope(scope), days) for state, (scope, days) in row.terms.items()}
    return AfterProgrammeRules(row.number, terms)


def add(tx: Transaction, new: AfterProgrammeRules) -> None:
    """Add the next version of the rules.

    If two people add a version of the rules at the same time, the second commit fails.
    """
    terms = {state.value: [term.scope.value, term.days] for state, term in new.terms.items()}
    tx.add(
        AfterProgrammeRow(id=uuid4(), number=new.number, terms=terms, by_id=tx.viewer.account_id, at=tx.now)
    )


def open_now(tx: Transaction, enrolment: Enrolment, now: datetime) -> Open:
    """Return the parts of Companion that a participant can use."""
    state = PathwayState(enrolment.state)
    if state in EXPECTS_WORK:
        return Open(Scope.EVERYTHING)
    came = tx.scalar(
        select(EnrolmentStepRow.at)
        .where(EnrolmentStepRow.enrolment_id == enrolment.id)
        .order_by(EnrolmentStepRow.number.desc())
        .limit(1)
    )
    today = now.astimezone(LONDON).date()
    return open_to_him(state, enrolment.state_since, rules_in_force(tx, came), today)


def open_to_participant(tx: Transaction, account_id: UUID, now: datetime) -> Open:
    """Return the parts of Companion that the participant with this account can use.

    A participant without an enrolment can't use any part of Companion.
    """
    enrolment = tx.scalar(select(Enrolment).where(Enrolment.participant_id == account_id))
    return open_now(tx, enrolment, now) if enrolment else Open(Scope.NOTHING)
