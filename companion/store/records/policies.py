"""The service's own policies.

A version of a policy never changes. Until the service imports a policy, Companion's own draft of the policy
applies.
"""

import functools
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID, uuid4

from sqlalchemy import LargeBinary, Select, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from companion.content import retention_schedule, shipped_statement
from companion.domain.accounts.statement import Statement
from companion.domain.records.policies import Policy, read
from companion.domain.records.retention import Schedule
from companion.store.base import Model, Transaction
from companion.store.keys import WORDS
from companion.store.types import UtcDateTime

ENGLISH = "en"


class PolicyVersion(Model):
    """A version of a policy in one language. The service's key encrypts the policy's file."""

    __tablename__ = "policy_versions"
    __table_args__ = (UniqueConstraint("policy", "language", "number"),)

    policy: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(2))
    number: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


@dataclass(frozen=True)
class Imported:
    """An imported policy version: its number, its file and the parsed contents."""

    number: int
    file: str
    says: Statement | Schedule


def add(tx: Transaction, policy: Policy, language: str, number: int, file: str) -> UUID:
    """Save a policy version, which applies from now on, and return the version's id."""
    row = PolicyVersion(id=uuid4(), policy=policy, language=language, number=number, made_at=tx.now)
    row.content = tx.keys.box(WORDS).seal("policy_versions.content", row.id, file)
    tx.add(row)
    tx.flush()
    return row.id


def imported(tx: Transaction, policy: Policy, language: str = ENGLISH) -> Imported | None:
    """Return the policy's latest imported version in the language, or None."""
    row = tx.scalar(_versions(policy, language).limit(1))
    return _imported(tx, row) if row else None


def every(tx: Transaction, policy: Policy, language: str = ENGLISH) -> list[Imported]:
    """Return the policy's imported versions in the language, the latest first."""
    return [_imported(tx, row) for row in tx.scalars(_versions(policy, language))]


def _versions(policy: Policy, language: str) -> Select[PolicyVersion]:
    those = PolicyVersion.policy == policy, PolicyVersion.language == language
    return select(PolicyVersion).where(*those).order_by(PolicyVersion.number.desc())


def _imported(tx: Transaction, row: PolicyVersion) -> Imported:
    file = str(tx.keys.box(WORDS).open("policy_versions.content", row.id, row.content))
    return Imported(row.number, file, _read(Policy(row.policy), file))


def statement(tx: Transaction, language: str) -> Statement:
    """Return the current confidentiality statement in the language.

    Return the English statement if the service has imported the statement's latest version, but not in the
    requested language.
    """
    english = imported(tx, Policy.STATEMENT)
    if english is None:
        return shipped_statement(language)
    own = imported(tx, Policy.STATEMENT, language) if language != ENGLISH else None
    found = own if own and own.number == english.number else english
    return cast(Statement, found.says)


def schedule(tx: Transaction) -> Schedule:
    """Return the current retention schedule."""
    own = imported(tx, Policy.RETENTION)
    return cast(Schedule, own.says) if own else retention_schedule()


def drafts(tx: Transaction) -> list[Policy]:
    """Return the policies that still have Companion's draft text."""
    return [each for each in Policy if imported(tx, each) is None]


@functools.lru_cache(maxsize=16)
def _read(policy: Policy, file: str) -> Statement | Schedule:
    return read(policy, file.encode())
