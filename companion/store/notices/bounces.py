"""Emails that couldn't be delivered."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint, and_, bindparam, exists, select
from sqlalchemy.orm import Mapped, aliased, mapped_column

from companion.domain.people import Viewer
from companion.domain.time.working_days import london_day
from companion.store.base import Model, Transaction
from companion.store.notices.preferences import NoticeChoice
from companion.store.outbox import Notice, Outcome, Outgoing
from companion.store.people import Account
from companion.store.types import UtcDateTime

SHOWN = timedelta(days=60)
"""How long the warning about a failed email is shown, at most."""

KINDS: dict[str, Literal["reminder", "digest"]] = {
    Notice.APPOINTMENT_REMINDER: "reminder",
    Notice.DIGEST: "digest",
}


class Dismissal(Model):
    """Records who has dismissed the warning about failed emails to an account. Emails to the account that
    fail after the time ``until`` are still shown to the viewer.
    """

    __tablename__ = "failure_dismissals"
    __table_args__ = (UniqueConstraint("viewer_id", "account_id"),)

    viewer_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    until: Mapped[datetime] = mapped_column(UtcDateTime)


@dataclass(frozen=True)
class Undelivered:
    """An email that Companion stopped trying to send.

    ``unsure`` is True if the email may have arrived.
    """

    id: UUID
    kind: Literal["notice", "reminder", "digest"]
    due_at: datetime
    unsure: bool


@dataclass(frozen=True)
class Delivery:
    """The state of email delivery to one account."""

    failed: list[Undelivered]
    """The failed emails, the latest first. If several emails of the same kind were due on one day and failed
    in the same way, list only the latest.
    """
    set_aside: bool
    """True if Companion has stopped sending to the address because mail servers refused emails."""


LATER = aliased(Outgoing)
ARRIVED = exists().where(
    LATER.account_id == Outgoing.account_id,
    LATER.outcome == Outcome.SENT,
    LATER.settled_at > Outgoing.settled_at,
)
DISMISSED = exists().where(
    Dismissal.viewer_id == bindparam("viewer_id"),
    Dismissal.account_id == Outgoing.account_id,
    Dismissal.until >= Outgoing.settled_at,
)
GIVEN_UP = and_(
    Outgoing.account_id == Account.id,
    Outgoing.outcome == Outcome.FAILED,
    Outgoing.settled_at >= bindparam("since", type_=UtcDateTime),
    ~ARRIVED,
    ~DISMISSED,
)
DELIVERIES = (
    select(
        Account.id.label("account_id"),
        NoticeChoice.set_aside_at,
        *(Outgoing.id, Outgoing.notice, Outgoing.due_at, Outgoing.unsure),
    )
    .outerjoin(NoticeChoice, NoticeChoice.id == Account.id)
    .outerjoin(Outgoing, GIVEN_UP)
    .where(Account.id.in_(bindparam("ids", expanding=True)))
    .order_by(Outgoing.settled_at.desc(), Outgoing.due_at.desc())
)
"""The query for failed emails to these accounts, except emails whose failure the viewer has hidden."""


def deliveries(
    tx: Transaction, viewer: Viewer, accounts: Iterable[UUID], now: datetime
) -> dict[UUID, Delivery]:
    """Return the state of email delivery for each account, with one query.

    A failed email is shown for the period ``SHOWN`` at most. The warning about a failed email disappears
    earlier if the viewer hides it or a later email arrives. The caller must have checked that the viewer may
    see the accounts.
    """
    asked = {"viewer_id": viewer.account_id, "since": now - SHOWN, "ids": list(accounts)}
    failed: dict[UUID, dict[object, Undelivered]] = defaultdict(dict)
    aside: dict[UUID, bool] = {}
    for row in tx.rows(DELIVERIES, asked):
        aside[row.account_id] = row.set_aside_at is not None
        if row.id is not None:
            one = Undelivered(row.id, KINDS.get(row.notice, "notice"), row.due_at, row.unsure > 0)
            failed[row.account_id].setdefault((one.kind, london_day(one.due_at), one.unsure), one)
    return {each: Delivery(list(failed[each].values()), set_aside) for each, set_aside in aside.items()}


def dismiss(tx: Transaction, viewer: Viewer, account_id: UUID, last: UUID) -> bool:
    """Hide this account's failed emails from the viewer, up to and including ``last``.

    Return False if ``last`` isn't the id of an email to this account that has an outcome. The caller must
    lock the viewer's account first, and commit afterwards.
    """
    failed = tx.get(Outgoing, last)
    if failed is None or failed.account_id != account_id or failed.settled_at is None:
        return False
    row = tx.scalar(
        select(Dismissal).where(Dismissal.viewer_id == viewer.account_id, Dismissal.account_id == account_id)
    )
    if row is None:
        row = Dismissal(viewer_id=viewer.account_id, account_id=account_id, until=failed.settled_at)
        tx.add(row)
    row.until = max(row.until, failed.settled_at)
    return True
