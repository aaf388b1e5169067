"""Rules for reviewing the plan and for choosing the next review's day. A participant reviews the plan alone
or with the practitioner.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from uuid import UUID

from companion.domain.meetings.appointments import Appointment
from companion.domain.plan.plan import Item, Plan
from companion.domain.refusals import Problem, Rejected
from companion.domain.time.london import LONDON
from companion.domain.time.moments import day_of

FURTHEST = timedelta(days=366)
"""How far ahead a participant can set a review day."""


@dataclass(frozen=True)
class Review:
    """A participant's review of the plan, item by item.

    ``began_at`` is a version number: the number of the plan's latest version when the participant began the
    review. ``looked_at`` contains the ids of confirmed items. Items that were added during the review aren't
    reviewed.
    """

    id: UUID
    started_at: datetime
    began_at: int
    looked_at: frozenset[UUID]

    def next_item(self, plan: Plan) -> Item | None:
        """Return the first plan item that the participant hasn't reviewed yet, or None."""
        return next(iter(self._to_come(plan)), None)

    def left(self, plan: Plan) -> int:
        """Return how many plan items the participant hasn't reviewed yet."""
        return len(self._to_come(plan))

    def _to_come(self, plan: Plan) -> list[Item]:
        return [item for item in plan.now if item.since <= self.began_at and item.id not in self.looked_at]


@dataclass(frozen=True)
class Offered:
    """A suggested day for the next review, with the reason."""

    key: Literal["weeks", "months", "meeting"]
    day: date


def days_offered(now: datetime, meeting: Appointment | None) -> list[Offered]:
    """Suggest days for the next review of the plan: in four weeks, in three months, and on the day of the
    next meeting. The meeting's day comes first. Leave the meeting's day out if it isn't after today, is more
    than ``FURTHEST`` away, or is the same as one of the other two days offered.
    """
    today = now.astimezone(LONDON).date()
    offered = [Offered("weeks", today + timedelta(weeks=4)), Offered("months", today + timedelta(weeks=13))]
    met = meeting.starts_at.astimezone(LONDON).date() if meeting else today
    if today < met <= today + FURTHEST and met not in [each.day for each in offered]:
        offered.insert(0, Offered("meeting", met))
    return offered


def review_day(text: str, now: datetime) -> date:
    """Parse the date that was entered for the next review, such as ``2026-12-22``. Raise ``Rejected`` if the
    date isn't valid.
    """
    try:
        day = day_of(text)
    except ValueError as error:
        raise Rejected(Problem("bad_date" if text.strip() else "no_date", field="next_review")) from error
    today = now.astimezone(LONDON).date()
    if day <= today:
        raise Rejected(Problem("in_the_past", field="next_review"))
    if day - today > FURTHEST:
        raise Rejected(Problem("day_too_far", field="next_review"))
    return day
