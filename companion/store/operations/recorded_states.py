"""Find enrolments and accounts that don't match the changes that Companion has recorded.

Check that each enrolment's practitioner is the one that Companion last recorded. Check whether each account
has a second sign-in step, and whether its owner has left. A row that somebody replaced with an older copy
doesn't match the recorded changes.
"""

from collections.abc import Collection, Iterator
from uuid import UUID

from sqlalchemy import select, update

from companion.store.audit import AuditEntry, Event
from companion.store.base import Transaction
from companion.store.enrolments.enrolments import Enrolment, EnrolmentStepRow
from companion.store.enrolments.handovers import HandoverRow
from companion.store.operations import rebind_rows
from companion.store.operations.rebind_rows import RowPlace
from companion.store.people import Account

SECOND_STEP = {
    Event.SECOND_FACTOR_SET: True,
    Event.SECOND_FACTOR_REMOVED: None,
    Event.RESET_DONE: False,
    Event.ERASED: False,
}
"""The kinds of audit event that can change whether an account has a second sign-in step.

For each audit event: True if the account has a second sign-in step afterwards. None means that the person
removed one of their methods for the second sign-in step. Others may remain.
"""
LEFT = {Event.ACCOUNT_LEFT: True, Event.ACCOUNT_RETURNED: False}


def unlike(tx: Transaction) -> Iterator[RowPlace]:
    """Yield the enrolments and accounts whose present state differs from the state that Companion last
    recorded.
    """
    yield from _moved(tx)
    yield from _second_steps(tx)


def _moved(tx: Transaction) -> Iterator[RowPlace]:
    """Yield enrolments whose practitioner isn't the one recorded in the latest audited handover.

    Without a handover, the practitioner must be the person who added the participant.
    """
    last: dict[UUID, UUID] = {}
    for enrolment, by in tx.execute(
        select(EnrolmentStepRow.enrolment_id, EnrolmentStepRow.by_id).where(EnrolmentStepRow.number == 1)
    ):
        last[enrolment] = by
    on_record = set(tx.scalars(select(AuditEntry.subject_id).where(AuditEntry.event == Event.HANDED_OVER)))
    given = select(HandoverRow.id, HandoverRow.enrolment_id, HandoverRow.to_id).order_by(HandoverRow.at)
    for handover, enrolment, to in tx.execute(given):
        if handover in on_record:
            last[enrolment] = to
    for row in tx.execute(select(Enrolment.id, Enrolment.practitioner_id)):
        if last.get(row.id, row.practitioner_id) != row.practitioner_id:
            yield RowPlace("enrolments", row.id)


def _second_steps(tx: Transaction) -> Iterator[RowPlace]:
    """Yield the accounts whose ``second_step`` or ``left_at`` doesn't match the audit log."""
    known = _states(tx)
    for row in tx.execute(select(Account.id, Account.second_step, Account.left_at, Account.erased_at)):
        states = known.get(row.id, {})
        second, left = states.get("second_step", False), states.get("left")
        wrong = second is not None and second != row.second_step
        if wrong or (left is not None and left != (row.left_at is not None)):
            yield RowPlace("accounts", row.id)


def unlike_in_second_step(tx: Transaction) -> Iterator[RowPlace]:
    known = _states(tx)
    for row in tx.execute(select(Account.id, Account.second_step)):
        if known.get(row.id, {}).get("second_step", False) not in (None, row.second_step):
            yield RowPlace("accounts", row.id)


def put_second_steps_right(tx: Transaction, accounts: Collection[UUID]) -> None:
    """Set the accounts' ``second_step`` to the audit log's value.

    If the audit log doesn't show whether an account still has a second sign-in step (None), set
    ``second_step`` to True only if the account has one.

    Afterwards, the caller must recompute the keyed hashes of the accounts' rows, and commit.
    """
    known = _states(tx)
    said = {each: known.get(each, {}).get("second_step", False) for each in accounts}
    for second in (True, False):
        those = [each for each, recorded in said.items() if recorded is second]
        tx.connection().execute(update(Account).where(Account.id.in_(those)).values(second_step=second))
    rebind_rows.note_second_steps(tx, [each for each, recorded in said.items() if recorded is None])


def _states(tx: Transaction) -> dict[UUID | None, dict[str, bool | None]]:
    """For each account, return whether the audit log says that it has a second sign-in step, and whether its
    owner has left.
    """
    known: dict[UUID | None, dict[str, bool | None]] = {}
    events = select(AuditEntry.subject_id, AuditEntry.event).where(
        AuditEntry.event.in_([*SECOND_STEP, *LEFT])
    )
    for subject, event in tx.execute(
        events.order_by(AuditEntry.position.is_(None), AuditEntry.position, AuditEntry.at)
    ):
        states = known.setdefault(subject, {})
        if event in SECOND_STEP:
            states["second_step"] = SECOND_STEP[Event(event)]
        else:
            states["left"] = LEFT[Event(event)]
    return known
