"""Make small plans for domain tests."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from companion.content import plan_parts
from companion.domain.plan.plan import Act, Item, Plan, PlanEntry, Stage, Version

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
HE = uuid4()


def version(number: int, act: Act = Act.ADDED) -> Version:
    """Return the plan version with this number. Each version was made one day after the previous version."""
    return Version(number, NOON + timedelta(days=number), HE, act)


def item(
    part: str,
    words: str,
    more: str = "",
    *,
    stage: Stage | None = None,
    since: int = 1,
    until: int | None = None,
    id: UUID | None = None,
) -> Item:
    return Item(id or uuid4(), PlanEntry(part, words, more, stage), None, since, until)


def plan(*items: Item) -> Plan:
    """Return a plan with these items and all their versions."""
    last = max((max(each.since, each.until or 0) for each in items), default=0)
    return Plan(plan_parts(), tuple(version(number) for number in range(1, last + 1)), items)
