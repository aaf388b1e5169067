"""The rules for concerns: the named lead, the covering lead and the deadlines.

Every lead can edit the rules for concerns.

Noon on England's next working day is the default deadline for taking on a concern. After the deadline for
taking on a concern, the lead has one more working day to refer it on or close it. After a missed deadline,
Companion tells the covering lead. Two hours after telling the covering lead, Companion tells every lead.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from companion.domain.refusals import Problem, Rejected
from companion.domain.time.moments import day_of
from companion.domain.time.working_days import at_hour, london_day, midnight, working_day_after

DAYS_MOST = 10
"""The maximum number of working days that a deadline can allow."""
HOURS_MOST = 72
"""The maximum number of hours between telling the covering lead and telling every lead."""


@dataclass(frozen=True)
class Limits:
    """The deadlines in UTC for taking on a concern, and for finishing with the concern."""

    take_by: datetime
    finish_by: datetime


@dataclass(frozen=True)
class ConcernRules:
    """A version of the rules for concerns.

    ``lead`` is the named safeguarding lead. If ``lead`` is None or can't sign in any more, the safeguarding
    lead is the lead who joined first.
    """

    number: int = 0
    lead: UUID | None = None
    away_from: date | None = None
    away_until: date | None = None
    """``away_from`` is the first day of the named lead's absence, and ``away_until`` is the last day."""
    cover: UUID | None = None
    hour: int = 12
    take_days: int = 1
    finish_days: int = 1
    hours_until_all: int = 2
    since: datetime | None = None
    """The time of the last change to the named lead, the covering lead, or the named lead's absence."""

    def limits(self, raised_at: datetime) -> Limits:
        """Return the deadlines for a concern raised at this time. Stored deadlines never change."""
        take_on = working_day_after(london_day(raised_at), self.take_days)
        finish_on = working_day_after(take_on, self.finish_days)
        return Limits(at_hour(take_on, self.hour), at_hour(finish_on, self.hour))

    def watch(self, leads: Sequence[UUID], now: datetime) -> "Watch":
        """Return who is responsible for concerns at this time.

        ``leads`` are the leads who can sign in, sorted by the time of joining.
        """
        named = self.lead in leads
        lead = self.lead if named else next(iter(leads), None)
        cover = self.cover if self.cover in leads and self.cover != lead else None
        away = bool(
            named
            and self.away_from
            and self.away_until
            and self.away_from <= london_day(now) <= self.away_until
        )
        return Watch(lead, cover, away, tuple(leads))

    def changes(self, leads: Sequence[UUID]) -> list[datetime]:
        """Return the times when responsibility passes to another lead: when the rules change, or an absence
        begins or ends.
        """
        found = [self.since] if self.since else []
        if self.lead in leads and self.away_from and self.away_until:
            found += [midnight(self.away_from), midnight(self.away_until + timedelta(days=1))]
        return found


@dataclass(frozen=True)
class Watch:
    lead: UUID | None
    cover: UUID | None
    away: bool
    leads: tuple[UUID, ...]

    @property
    def there(self) -> tuple[UUID, ...]:
        return tuple(each for each in self.leads if not (self.away and each == self.lead))

    @property
    def first(self) -> tuple[UUID, ...]:
        """The lead who should take on new concerns.

        While the named lead is away, the covering lead should take on new concerns. If the lead named in the
        rules is away without cover, new concerns go to the longest-serving lead who isn't away. If there is
        only one lead, that lead is responsible for concerns even when away.
        """
        if self.lead is not None and not self.away:
            return (self.lead,)
        return (self.cover,) if self.cover else self.everybody[:1]

    @property
    def second(self) -> tuple[UUID, ...]:
        """The people to tell about a missed deadline: the covering lead, or else every lead."""
        return (self.cover,) if self.cover else self.everybody

    @property
    def everybody(self) -> tuple[UUID, ...]:
        """Every lead who isn't away, or all leads if every lead is away."""
        return self.there or self.leads


def typed(form: Mapping[str, str], leads: Sequence[UUID], number: int) -> ConcernRules:
    """Return the rules that a lead typed, as version ``number``. Raise one ``Rejected`` that lists all the
    form's problems.
    """
    problems: list[Problem] = []
    by_id = {str(lead): lead for lead in leads}
    lead, cover = by_id.get(form.get("lead", "")), by_id.get(form.get("cover", ""))
    away_from, away_until = (_day(form, name, problems) for name in ("away_from", "away_until"))
    if lead is None:
        problems.append(Problem("not_offered", field="lead"))
    if form.get("cover") and cover is None:
        problems.append(Problem("not_offered", field="cover"))
    elif cover is not None and cover == lead:
        problems.append(Problem("cover_is_lead", field="cover"))
    elif cover is None and away_from and away_until:
        problems.append(Problem("away_without_cover", field="cover"))
    if away_from and away_until and away_until < away_from:
        problems.append(Problem("ends_before", field="away_until"))
    for one, other, field in (
        (away_from, "away_until", "away_until"),
        (away_until, "away_from", "away_from"),
    ):
        if one and not form.get(other, "").strip():
            problems.append(Problem("other_end", field=field))
    numbers = {
        name: _number(form, name, least, most, problems)
        for name, (least, most) in {
            "hour": (0, 23),
            "take_days": (1, DAYS_MOST),
            "finish_days": (1, DAYS_MOST),
            "hours_until_all": (0, HOURS_MOST),
        }.items()
    }
    if problems:
        raise Rejected(*problems)
    hour, take_days, finish_days, hours = numbers.values()
    return ConcernRules(number, lead, away_from, away_until, cover, hour, take_days, finish_days, hours)


def _day(form: Mapping[str, str], name: str, problems: list[Problem]) -> date | None:
    text = form.get(name, "").strip()
    try:
        return day_of(text) if text else None
    except ValueError:
        problems.append(Problem("bad_date", field=name))
        return None


def _number(form: Mapping[str, str], name: str, least: int, most: int, problems: list[Problem]) -> int:
    text = form.get(name, "").strip()
    if re.fullmatch(r"[0-9]{1,3}", text) and least <= int(text) <= most:
        return int(text)
    problems.append(Problem("whole_number", {"least": least, "most": most}, name))
    return least
