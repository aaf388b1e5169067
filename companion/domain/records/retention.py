"""The retention schedule: how long data is kept, and what happens afterwards."""

import tomllib
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec

from companion.domain.enrolments.pathway import PathwayState
from companion.domain.refusals import Refused

LEAST_DAYS: Final = 1
LEAP_DAY_LATER, LEAP_DAY_EARLIER = (3, 1), (2, 28)
"""In years without 29 February, a retention period ends on 1 March or starts on 28 February instead."""
LONGEST_GAP: Final = timedelta(days=31)
"""If the last run of the retention schedule was over 31 days ago, the clock may be wrong. If the machine's
clock is fast by less than a month, Companion erases data at most a month too early.
"""
LONGEST_BACK: Final = timedelta(days=1)
"""If the clock is more than a day behind the last run of the retention schedule, assume that the clock is
wrong. Two machines' clocks normally differ by less than a day.
"""


class Then(StrEnum):
    """The action when a retention period ends."""

    ERASE = "erase"
    DELETE = "delete"
    KEEP = "keep"


class Clock(StrEnum):
    """The reasons to doubt that the server's clock is right."""

    AHEAD = "clock_ahead"
    BACK = "clock_back"


class ClockInDoubt(Refused):
    """Raised if Companion refuses to erase data because the server's clock may be wrong. Before anything is
    erased, somebody must check that the server's clock is right.
    """

    def __init__(self, clock: Clock, last: datetime) -> None:
        super().__init__(clock)
        self.clock = clock
        self.last = last


def in_doubt(now: datetime, last: datetime | None) -> ClockInDoubt | None:
    """Check ``now`` against the last run of the retention schedule. If ``now`` and the time of the last
    retention run are too far apart, return the exception to raise, otherwise None.
    """
    if last is not None and now - last > LONGEST_GAP:
        return ClockInDoubt(Clock.AHEAD, last)
    if last is not None and last - now > LONGEST_BACK:
        return ClockInDoubt(Clock.BACK, last)
    return None


class Housekeeping(StrEnum):
    """Database rows that are deleted after some time: outgoing emails and joining codes."""

    LETTERS = "letters"
    INVITATIONS = "invitations"


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A rule of the retention schedule. ``since`` says, in words, when the retention period starts."""

    id: str
    then: Then
    what: str
    why: str
    since: str = ""
    years: int = 0
    """The retention time in calendar years."""
    days: int = 0
    states: tuple[PathwayState, ...] = ()
    rows: Housekeeping | None = None

    def until(self, since: date) -> date:
        """Return the day on which the retention period ends, if the period began on the day ``since``."""
        return _in_year(since, self.years, LEAP_DAY_LATER) + timedelta(days=self.days)

    def from_before(self, today: date) -> date:
        """Return the start day of a retention period that ends today."""
        return _in_year(today - timedelta(days=self.days), -self.years, LEAP_DAY_EARLIER)

    @property
    def faults(self) -> list[str]:
        """The contradictions within this retention rule, as sentences for the person who edits the file."""
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
        """Return the schedule's rules that have this action."""
        return [rule for rule in self.rule if rule.then is then]

    def for_state(self, state: PathwayState) -> Rule | None:
        """Return the rule for erasing participants in this pathway state, or None."""
        return next((rule for rule in self.rule if state in rule.states), None)

    @property
    def faults(self) -> list[str]:
        """The contradictions within the retention schedule, as sentences for the person who edits the file."""
        ids = [rule.id for rule in self.rule]
        states = [state for rule in self.rule for state in rule.states]
        found = [fault for rule in self.rule for fault in rule.faults]
        found += [f"{each}: twice" for each in dict.fromkeys(ids) if ids.count(each) > 1]
        return found + [f"{each}: two rules" for each in dict.fromkeys(states) if states.count(each) > 1]


def _in_year(day: date, years: int, leap_day: tuple[int, int]) -> date:
    """Return the date ``years`` years after ``day``. In years without 29 February, use ``leap_day`` instead
    of 29 February.
    """
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, *leap_day)


def read_schedule(text: bytes) -> Schedule:
    """Parse a retention schedule from TOML. Raise ``ValueError`` if the file isn't valid or the schedule
    contradicts itself.
    """
    schedule = msgspec.convert(tomllib.loads(text.decode()), Schedule)
    if faults := schedule.faults:
        raise ValueError("; ".join(faults))
    return schedule
