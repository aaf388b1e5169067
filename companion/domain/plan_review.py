"""Looking at the plan again: item by item, alone or together, and when to do so next."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from companion.domain.london import LONDON
from companion.domain.plan import Item, Plan
from companion.domain.refusals import Problem, Rejected

FURTHEST = timedelta(days=366)
"""A plan is looked at again within a year."""


@dataclass(frozen=True)
class Review:
    """Going through the plan item by item. ``looked_at`` are the items that he has decided about."""

    id: UUID
    started_at: datetime
    looked_at: frozenset[UUID]

    def next_item(self, plan: Plan) -> Item | None:
        """The first item that he has not decided about yet."""
        return next((item for item in plan.now if item.id not in self.looked_at), None)

    def left(self, plan: Plan) -> int:
        """How many are still to come."""
        return sum(item.id not in self.looked_at for item in plan.now)


def review_day(text: str, now: datetime) -> date:
    """The day on which the plan is looked at again, as typed (``2026-12-22``). Raises ``Rejected``."""
    try:
        day = date.fromisoformat(text.strip())
    except ValueError as error:
        raise Rejected(Problem("bad_date" if text.strip() else "no_date", field="next_review")) from error
    today = now.astimezone(LONDON).date()
    if day <= today:
        raise Rejected(Problem("in_the_past", field="next_review"))
    if day - today > FURTHEST:
        raise Rejected(Problem("review_too_far", field="next_review"))
    return day
