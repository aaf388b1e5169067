"""Check whether a joining code's issuer is still allowed to issue it, and find or cancel joining codes."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from companion.domain.accounts.slips import MAKERS, ended_early
from companion.domain.people import Role
from companion.store.audit import AuditEntry, Event
from companion.store.base import Transaction
from companion.store.enrolments.enrolments import Enrolment
from companion.store.people import Account, Invitation


def stands(tx: Transaction, slip: Invitation) -> bool:
    """Return whether the person who issued a joining code is still allowed to issue it.

    A joining code's issuer must have the role in ``MAKERS``, and must not have left the service. The issuer
    of a participant's joining code must still be the participant's practitioner. An operator may issue
    joining codes for staff only.
    """
    account = tx.get_one(Account, slip.account_id)
    maker_id = slip.made_by or _recorded_maker(tx, slip)
    if maker_id is None:  # an operator issued the code
        return account.role != Role.PARTICIPANT
    if account.role == Role.PARTICIPANT:
        practitioner = select(Enrolment.practitioner_id).where(Enrolment.participant_id == account.id)
        if tx.scalar(practitioner) != maker_id:
            return False
    maker = tx.get(Account, maker_id)
    return maker is not None and maker.left_at is None and maker.role == MAKERS[Role(account.role)]


def end_made_by(tx: Transaction, account_id: UUID, now: datetime) -> None:
    """Expire every unused joining code that the account issued. The caller must commit the transaction."""
    still_open = select(Invitation).where(
        Invitation.made_by == account_id, Invitation.used_at.is_(None), Invitation.expires_at > now
    )
    for row in tx.scalars(still_open.order_by(Invitation.id)):
        row.expires_at = now


def ended(tx: Transaction, accounts: Iterable[UUID], now: datetime) -> set[UUID]:
    """Return the accounts whose latest joining code was cancelled before use. Leave out codes that would have
    expired by now anyway.
    """
    rows = tx.scalars(
        select(Invitation)
        .where(Invitation.account_id.in_(set(accounts)))
        .order_by(Invitation.made_at, Invitation.expires_at)
    )
    last = {row.account_id: row for row in rows}
    return {
        account_id
        for account_id, row in last.items()
        if row.used_at is None and ended_early(row.made_at, row.expires_at, now)
    }


def _recorded_maker(tx: Transaction, slip: Invitation) -> UUID | None:
    """Return a joining code's issuer from the audit log. Older rows don't name the issuer."""
    made = (Event.ACCOUNT_ADDED, Event.ACCOUNT_APPROVED, Event.INVITATION_MADE)
    return tx.scalar(
        select(AuditEntry.actor_id)
        .where(
            AuditEntry.subject_id == slip.account_id,
            AuditEntry.at == slip.made_at,
            AuditEntry.event.in_(made),
        )
        .limit(1)
    )
