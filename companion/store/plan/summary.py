"""What is known of plans without a word of them: dates and counts; and who made the versions of the parts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import msgspec
from sqlalchemy import func, select

from companion.content import plan_parts
from companion.domain.plan.plan import Act
from companion.domain.plan.plan_parts import Made, Part, Parts, made_of
from companion.store.base import Transaction
from companion.store.keys import WORDS
from companion.store.people import Account, names
from companion.store.plan.plan import PlanItemRow, PlanPartsRow, PlanSuggestionRow, PlanVersionRow


@dataclass(frozen=True)
class PlanSummary:
    """One plan in dates and counts."""

    items: int = 0
    changed_at: datetime | None = None
    """When an item was last added, changed or taken out; a review alone changes nothing."""
    next_review: date | None = None
    waiting: int = 0
    """Suggestions that wait for the participant's word."""


def facts(tx: Transaction, enrolments: Iterable[UUID]) -> dict[UUID, PlanSummary]:
    """The plans of enrolments that the viewer was found to reach."""
    ids = list(enrolments)
    item, version, suggestion = PlanItemRow, PlanVersionRow, PlanSuggestionRow
    items = tx.execute(
        select(item.enrolment_id, func.count())
        .where(item.enrolment_id.in_(ids), item.until.is_(None))
        .group_by(item.enrolment_id)
    )
    changed = tx.execute(
        select(version.enrolment_id, func.max(version.at))
        .where(version.enrolment_id.in_(ids), version.act != Act.REVIEWED)
        .group_by(version.enrolment_id)
    )
    reviews = tx.execute(
        select(version.enrolment_id, version.next_review)
        .where(version.enrolment_id.in_(ids), version.act == Act.REVIEWED)
        .order_by(version.number)
    )
    waiting = tx.execute(
        select(suggestion.enrolment_id, func.count())
        .where(suggestion.enrolment_id.in_(ids), suggestion.accepted.is_(None))
        .group_by(suggestion.enrolment_id)
    )
    counted = dict(items.all())
    dated = dict(changed.all())
    agreed = dict(reviews.all())
    asked = dict(waiting.all())
    return {
        each: PlanSummary(counted.get(each, 0), dated.get(each), agreed.get(each), asked.get(each, 0))
        for each in ids
    }


@dataclass(frozen=True)
class PartsVersion:
    """One version of the parts: who made it, when, and what it did to which part."""

    number: int
    at: datetime
    by: str
    made: list[tuple[Made, Part]]


def parts_versions(tx: Transaction, most: int) -> list[PartsVersion]:
    """The newest versions of the parts, at most so many, the newest first."""
    newest = select(PlanPartsRow).order_by(PlanPartsRow.number.desc()).limit(most + 1)
    rows = list(tx.scalars(newest))
    who = names(tx, tx.scalars(select(Account).where(Account.id.in_({row.made_by for row in rows}))))
    box = tx.keys.box(WORDS)
    parts = [msgspec.convert(box.open("plan_parts.content", row.id, row.content), Parts) for row in rows]
    if len(rows) <= most:
        parts.append(plan_parts())
    return [
        PartsVersion(row.number, row.made_at, who[row.made_by], made_of(before, after))
        for row, after, before in zip(rows, parts, parts[1:], strict=False)
    ]
