"""Load and save the versions of the rules for concerns, and find the leads who deal with concerns."""

import itertools
from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, mapped_column

from companion.domain.concerns import escalation
from companion.domain.concerns.concern_rules import ConcernRules
from companion.domain.people import Role
from companion.store import people
from companion.store.base import Model, Transaction
from companion.store.people import DAMAGED, Account, Person, name, person
from companion.store.types import UtcDateTime

IS_LEAD = (Account.role == Role.LEAD, Account.joined_at.is_not(None), Account.left_at.is_(None))
BY_JOINING = (Account.joined_at, Account.created_at, Account.id)


class ConcernRulesRow(Model):
    """A version of the rules for concerns. The latest version of the rules is in force."""

    __tablename__ = "concern_rules"

    number: Mapped[int] = mapped_column(unique=True)
    lead_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    away_from: Mapped[date | None]
    away_until: Mapped[date | None]
    cover_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    hour: Mapped[int]
    take_days: Mapped[int]
    finish_days: Mapped[int]
    hours_until_all: Mapped[int]
    by_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    @property
    def people(self) -> tuple[UUID | None, date | None, date | None, UUID | None]:
        """The lead who is responsible for concerns, the lead's absence, and the lead who covers."""
        return self.lead_id, self.away_from, self.away_until, self.cover_id


def rules(tx: Transaction) -> ConcernRules:
    """Return the current rules for concerns, or the defaults."""
    rows = iter(tx.scalars(select(ConcernRulesRow).order_by(ConcernRulesRow.number.desc())))
    row = next(rows, None)
    if row is None:
        return ConcernRules()
    return ConcernRules(
        row.number,
        *row.people,
        row.hour,
        row.take_days,
        row.finish_days,
        row.hours_until_all,
        _since(row, rows),
    )


def _since(newest: ConcernRulesRow, older: Iterable[ConcernRulesRow]) -> datetime:
    """Return the time of the latest change to the responsible lead, the covering lead or the dates of
    absence.
    """
    same = itertools.takewhile(lambda each: each.people == newest.people, older)
    return min((each.at for each in same), default=newest.at)


def lock(tx: Transaction) -> ConcernRules:
    """Return the rules for concerns. Lock the leads' accounts. Nobody can change the rules until the
    transaction ends.
    """
    people.present(tx, Role.LEAD)
    return rules(tx)


def add(tx: Transaction, new: ConcernRules) -> None:
    """Add the next version of the rules.

    If two leads add a version of the rules at the same time, the second lead's commit fails.
    """
    tx.add(
        ConcernRulesRow(
            id=uuid4(),
            number=new.number,
            lead_id=new.lead,
            away_from=new.away_from,
            away_until=new.away_until,
            cover_id=new.cover,
            hour=new.hour,
            take_days=new.take_days,
            finish_days=new.finish_days,
            hours_until_all=new.hours_until_all,
            by_id=tx.viewer.account_id,
            at=tx.now,
        )
    )


def leads(tx: Transaction) -> list[Person]:
    """Return the leads who can sign in, in the order of joining."""
    return [person(tx, row) for row in tx.scalars(select(Account).where(*IS_LEAD).order_by(*BY_JOINING))]


def lead_ids(tx: Transaction) -> list[UUID]:
    """Return the ids of the leads who can sign in, in the order of joining."""
    return list(tx.scalars(select(Account.id).where(*IS_LEAD).order_by(*BY_JOINING)))


def on_watch(tx: Transaction, now: datetime) -> str:
    """Return the name of the lead who is responsible for new concerns.

    Return an empty string if no lead is responsible, or if the lead's name can't be decrypted.
    """
    first = rules(tx).watch(lead_ids(tx), now).first
    return _name(tx, first[0]) if first else ""


def promise(tx: Transaction, now: datetime) -> tuple[str, datetime]:
    """Return the lead who must take on a new concern, and the deadline.

    The lead's name is empty if no lead is responsible, or if the name can't be decrypted.
    """
    found = escalation.promise(rules(tx), lead_ids(tx), now)
    return (_name(tx, found.lead) if found.lead else ""), found.by


def _name(tx: Transaction, account_id: UUID) -> str:
    called = name(tx, tx.get_one(Account, account_id))
    return "" if called == DAMAGED else called
