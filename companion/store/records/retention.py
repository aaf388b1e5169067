"""Find the data to erase, and the rows to delete, under the retention schedule."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from companion.domain.enrolments.pathway import PathwayState
from companion.domain.records.retention import Housekeeping, Rule, Schedule, Then
from companion.domain.time.working_days import london_day
from companion.store import audit, locks
from companion.store.base import Model, Transaction
from companion.store.enrolments.enrolments import Enrolment, is_there
from companion.store.outbox import Outgoing
from companion.store.people import Invitation
from companion.store.records import legal_holds

AGE: Final[dict[Housekeeping, tuple[type[Model], InstrumentedAttribute[Any]]]] = {
    Housekeeping.LETTERS: (Outgoing, Outgoing.settled_at),
    Housekeeping.INVITATIONS: (Invitation, Invitation.expires_at),
}
"""Each housekeeping rule's model, and the date column that it goes by."""


@dataclass(frozen=True)
class Due:
    """A participant whose data is to be erased, and the day of the erasure."""

    account_id: UUID
    reference: str
    state: PathwayState
    since: date
    rule: Rule
    on: date
    held: bool
    """True if a legal hold or an open concern prevents the erasure."""


def due(tx: Transaction, schedule: Schedule, now: datetime, within: timedelta = timedelta()) -> list[Due]:
    """Return the participants due for erasure by ``now + within``, earliest first."""
    today = london_day(now)
    rules = schedule.of(Then.ERASE)
    over = [
        Enrolment.state.in_(rule.states) & (Enrolment.state_since <= rule.from_before(today + within))
        for rule in rules
    ]
    rows = tx.scalars(select(Enrolment).where(is_there(), or_(False, *over))).all()
    held = legal_holds.held(tx, [row.participant_id for row in rows])
    found = []
    for row in rows:
        rule = schedule.for_state(PathwayState(row.state))
        if rule is not None:
            found.append(
                Due(
                    row.participant_id,
                    row.reference,
                    PathwayState(row.state),
                    row.state_since,
                    rule,
                    rule.until(row.state_since),
                    row.participant_id in held,
                )
            )
    return sorted(found, key=lambda each: (each.on, each.reference))


def last_run(tx: Transaction) -> datetime | None:
    """Return the time of the retention schedule's last run.

    If the retention schedule has never run, return the time of the oldest audit entry.
    """
    entry = audit.last(tx, audit.Event.RETENTION_RAN)
    return entry.at if entry else audit.oldest(tx)


def count_old(tx: Transaction, rule: Rule, now: datetime) -> int:
    """Return how many rows have been stored for longer than the retention rule allows.

    Raise ``ValueError`` if the rule deletes no rows.
    """
    model, age = _of(rule)
    return tx.scalar(select(func.count()).select_from(model).where(age < _before(rule, now))) or 0


def delete_old(tx: Transaction, rule: Rule, now: datetime) -> int:
    """Delete the rows that are older than the rule allows. Return the number of deleted rows.

    Skip rows that another transaction has locked. Raise ``ValueError`` if the rule deletes no rows. The
    caller must commit the transaction.
    """
    model, age = _of(rule)
    old = locks.skipping_locked(select(model.id).where(age < _before(rule, now)))
    gone = tx.execute(delete(model).where(model.id.in_(old)).returning(model.id))
    return len(gone.all())


def _before(rule: Rule, now: datetime) -> datetime:
    today = london_day(now)
    return now - (today - rule.from_before(today))


def _of(rule: Rule) -> tuple[type[Model], InstrumentedAttribute[Any]]:
    if rule.rows is None:
        raise ValueError(f"{rule.id} deletes no rows")
    return AGE[rule.rows]
