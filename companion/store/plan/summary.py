"""Summaries of participants' plans, and the history of the plan's parts.

A summary contains only dates and numbers.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, bindparam, exists, func, select

from companion.content import plan_parts
from companion.domain.plan.plan import Act
from companion.domain.plan.plan_parts import Made, Part, made_of
from companion.store.base import Transaction
from companion.store.enrolments.enrolments import Enrolment
from companion.store.people import Account, names
from companion.store.plan.plan import (
    PlanItemRow,
    PlanPartsRow,
    PlanSuggestionRow,
    PlanVersionRow,
    opened_parts,
)


@dataclass(frozen=True)
class PlanSummary:
    begun: bool = False
    items: int = 0
    changed_at: datetime | None = None
    """The time at which an item was last added, changed or removed."""
    next_review: date | None = None
    waiting: int = 0
    """The number of suggestions that the participant hasn't decided about."""

    def review_due(self, today: date) -> bool:
        """Return whether the plan's next review is due."""
        return self.next_review is not None and self.next_review <= today


def _figure(model: type[Any], what: Any, *where: ColumnElement[bool]) -> Select[Any]:
    return select(what).where(model.enrolment_id == Enrolment.id, *where)


FIGURES = (
    exists().where(PlanVersionRow.enrolment_id == Enrolment.id),
    _figure(PlanItemRow, func.count(), PlanItemRow.until.is_(None)).scalar_subquery(),
    _figure(
        PlanVersionRow, func.max(PlanVersionRow.at), PlanVersionRow.act != Act.REVIEWED
    ).scalar_subquery(),
    _figure(PlanVersionRow, PlanVersionRow.next_review, PlanVersionRow.act == Act.REVIEWED)
    .order_by(PlanVersionRow.number.desc())
    .limit(1)
    .scalar_subquery(),
    _figure(PlanSuggestionRow, func.count(), PlanSuggestionRow.accepted.is_(None)).scalar_subquery(),
)
"""The query columns for an enrolment's ``PlanSummary``."""
SUMMARIES = select(Enrolment.id, *FIGURES).where(Enrolment.id.in_(bindparam("ids", expanding=True)))


def facts(tx: Transaction, enrolments: Iterable[UUID]) -> dict[UUID, PlanSummary]:
    """Return the summaries of these enrolments' plans.

    The caller must have checked that the viewer may see the enrolments.
    """
    rows = tx.rows(SUMMARIES, {"ids": list(enrolments)})
    return {row.id: PlanSummary(*row[1:]) for row in rows}


@dataclass(frozen=True)
class PartsVersion:
    """One version of the list of plan parts, with the version's author, time and changes."""

    number: int
    at: datetime
    by: str
    made: list[tuple[Made, Part]]


def parts_versions(tx: Transaction, most: int) -> list[PartsVersion]:
    """Return at most ``most`` versions of the plan's parts, the latest first."""
    newest = select(PlanPartsRow).order_by(PlanPartsRow.number.desc()).limit(most + 1)
    rows = list(tx.scalars(newest))
    who = names(tx, tx.scalars(select(Account).where(Account.id.in_({row.made_by for row in rows}))))
    parts = [opened_parts(tx, row) for row in rows]
    if len(rows) <= most:
        parts.append(plan_parts())
    return [
        PartsVersion(row.number, row.made_at, who[row.made_by], made_of(before, after))
        for row, after, before in zip(rows, parts, parts[1:], strict=False)
    ]
