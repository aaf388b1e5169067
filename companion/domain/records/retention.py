"""The retention schedule says how long data is kept and what happens to the data after that."""

import tomllib
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec

from companion.domain.enrolments.pathway import PathwayState
from companion.domain.refusals import Refused

LEAST_DAYS: Final = 1
LEAP_DAY_LATER, LEAP_DAY_EARLIER = (3, 1), (2, 28)
"""The months and days that replace 29 February in years that aren't leap years."""
LONGEST_GAP: Final = timedelta(days=31)
"""A longer gap than this between two runs of the schedule suggests that the clock is wrong. After a shorter
gap, retention continues automatically. If the clock is fast by less than a month, only data that is almost
due is erased.
"""
LONGEST_BACK: Final = timedelta(days=1)
"""Allow this run's clock to be behind the last run's by up to this much, because machines' clocks differ."""


class Then(StrEnum):
    """The action for data that has been kept for as long as a rule allows."""

    ERASE = "erase"
    DELETE = "delete"
    KEEP = "keep"


class Clock(StrEnum):
    """The way in which the clock may be wrong, compared with the last run's time."""

    AHEAD = "clock_ahead"
    BACK = "clock_back"


class ClockInDoubt(Refused):
    """Raised if nothing was erased because the clock may be wrong. Somebody has to check the clock before
    anything is erased.
    """

    def __init__(self, clock: Clock, last: datetime) -> None:
        super().__init__(clock)
        self.clock = clock
        self.last = last


def in_doubt(now: datetime, last: datetime | None) -> ClockInDoubt | None:
    """Return an exception if ``now`` is so far from the last run that the clock may be wrong, otherwise
    None.
    """
    if last is not None and now - last > LONGEST_GAP:
        return ClockInDoubt(Clock.AHEAD, last)
    if last is not None and last - now > LONGEST_BACK:
        return ClockInDoubt(Clock.BACK, last)
    return None


class Housekeeping(StrEnum):
    """Kinds of technical database rows that say little about people and are deleted at a certain age."""

    LETTERS = "letters"
    INVITATIONS = "invitations"


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One rule of the retention schedule. ``since`` describes the day from which the rule's time is
    counted.
    """

    id: str
    then: Then
    what: str
    why: str
    since: str = ""
    years: int = 0
    """The retention time in calendar years, so that leap years make no difference."""
    days: int = 0
    states: tuple[PathwayState, ...] = ()
    rows: Housekeeping | None = None

    def until(self, since: date) -> date:
        """Return the day on which this rule's retention time ends for data from the day ``since``."""
        return _in_year(since, self.years, LEAP_DAY_LATER) + timedelta(days=self.days)

    def from_before(self, today: date) -> date:
        """Return the latest day whose data has been kept for long enough by today.

        ``until(day) <= today`` is true for this day and every earlier day.
        """
        return _in_year(today - timedelta(days=self.days), -self.years, LEAP_DAY_EARLIER)

    @property
    def faults(self) -> list[str]:
        """The rule's contradictions, as sentences for the person who edits the file."""
        timed = self.then is not Then.KEEP
        found = [
            (
                "it needs years or days" if timed else "what is kept has no years and no days",
                timed != (self.years + self.days >= LEAST_DAYS) or min(self.years, self.days) < 0,
            ),
            (
                "erasing needs states, and nothing else has them",
                (self.then is Then.ERASE) != bool(self.states),
            ),
            ("deleting needs rows, and nothing else has them", (self.then is Then.DELETE) != bool(self.rows)),
            ("nobody who takes part is erased", PathwayState.IN_PROGRAMME in self.states),
        ]
        return [f"{self.id}: {text}" for text, is_wrong in found if is_wrong]


class Schedule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole retention schedule."""

    rule: tuple[Rule, ...]

    def of(self, then: Then) -> list[Rule]:
        """Return the rules that have this action."""
        return [rule for rule in self.rule if rule.then is then]

    def for_state(self, state: PathwayState) -> Rule | None:
        """Return the rule that says when somebody in this pathway state is erased, or None."""
        return next((rule for rule in self.rule if state in rule.states), None)

    @property
    def faults(self) -> list[str]:
        """The schedule's contradictions, as sentences for the person who edits the file."""
        ids = [rule.id for rule in self.rule]
        states = [state for rule in self.rule for state in rule.states]
        found = [fault for rule in self.rule for fault in rule.faults]
        found += [f"{each}: twice" for each in dict.fromkeys(ids) if ids.count(each) > 1]
        return found + [f"{each}: two rules" for each in dict.fromkeys(states) if states.count(each) > 1]


def _in_year(day: date, years: int, leap_day: tuple[int, int]) -> date:
    """Return the same day this many years later. 29 February becomes ``leap_day`` if that year isn't a leap
    year.
    """
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, *leap_day)


def read_schedule(text: bytes) -> Schedule:
    """Parse a retention schedule from TOML. Raise ``ValueError`` if the schedule contradicts itself."""
    schedule = msgspec.convert(tomllib.loads(text.decode()), Schedule)
    if faults := schedule.faults:
        raise ValueError("; ".join(faults))
    return schedule
