"""A participant's plan for a piece of work, with time, place and obstacles.

People are more likely to do a piece of set work if they have planned when and where to do it.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from companion.domain.refusals import Problem, Rejected
from companion.domain.text import clean
from companion.domain.time.london import LONDON
from companion.domain.time.moments import day_of
from companion.domain.time.working_days import at_hour, london_day

WORDS_MOST: Final = 200
DAYS_MOST: Final = 14
"""The most days that a participant is offered when planning the work."""
DAYS_WITHOUT_DUE: Final = 7
"""How many days, from today, to offer as choices if the work isn't due in the future."""


class PartOfDay(StrEnum):
    """The part of the day in which a participant plans to do the work."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


NOTICE_HOURS: Final = {PartOfDay.MORNING: 9, PartOfDay.AFTERNOON: 13, PartOfDay.EVENING: 18}
"""When to email participants who planned to work in each part of the day, as an hour in London time."""
ENDS: Final = {PartOfDay.MORNING: time(12), PartOfDay.AFTERNOON: time(18), PartOfDay.EVENING: time.max}


@dataclass(frozen=True)
class Intention:
    """A participant's plan for work: day, part of the day and two optional details.

    ``revision`` starts at 1 and increases with each change to the participant's plan.
    """

    day: date
    part: PartOfDay
    where: str = ""
    if_blocked: str = ""
    revision: int = 1

    @property
    def notice_at(self) -> datetime:
        """The earliest time to email the participant about their plan, in UTC."""
        return at_hour(self.day, NOTICE_HOURS[self.part])

    def over(self, now: datetime) -> bool:
        """Return whether the planned part of the day is over."""
        return (self.day, ENDS[self.part]) <= _on_the_clock(now)

    def too_late(self, due: datetime | None) -> bool:
        """Return True if the email about the plan would come too late: at or after the time when the work is
        due, which is the start of the meeting.

        If the meeting is moved to an earlier time, the participant's planned time might be too late.
        """
        return due is not None and self.notice_at >= due


@dataclass(frozen=True)
class TypedIntention:
    """The form in which a participant plans when and where to do a piece of work. ``seen`` is the revision of
    the plan on the page, or 0 if there is no plan yet.
    """

    day: str = ""
    part: str = ""
    where: str = ""
    if_blocked: str = ""
    seen: int = 0


def days_offered(now: datetime, due: datetime | None) -> list[date]:
    """Return each day from today to the meeting that the work is for, up to fourteen days. If the work has no
    meeting in the future, return the seven days from today.
    """
    today = london_day(now)
    meeting = _to_come(now, due)
    days = (london_day(meeting) - today).days + 1 if meeting else DAYS_WITHOUT_DUE
    return [today + timedelta(number) for number in range(min(days, DAYS_MOST))]


def times_offered(now: datetime, due: datetime | None) -> list[tuple[date, list[PartOfDay]]]:
    """Return the days on which the participant can still plan to do the work. Leave out times of day that
    have passed or come after the work is due.
    """
    meeting = _to_come(now, due)
    found = []
    for day in days_offered(now, due):
        possible = (Intention(day, part) for part in PartOfDay)
        parts = [each.part for each in possible if not (each.over(now) or each.too_late(meeting))]
        found += [(day, parts)] if parts else []
    return found


def checked(typed: TypedIntention, now: datetime, due: datetime | None) -> Intention:
    """Return the plan that a participant entered in the form. Raise one ``Rejected`` that lists all the
    form's problems.
    """
    problems: list[Problem] = []
    day, part = _day(typed.day, days_offered(now, due), problems), _part(typed.part, problems)
    words = {}
    for name, text in (("where", typed.where), ("if_blocked", typed.if_blocked)):
        try:
            words[name] = clean(text, WORDS_MOST, name, required=False)
        except Rejected as rejected:
            problems += rejected.problems
    if day and part:
        made = Intention(day, part)
        if made.over(now):
            problems.append(Problem("part_of_day_over", field="part"))
        elif made.too_late(_to_come(now, due)):
            problems.append(Problem("after_the_meeting", field="part"))
    if problems or day is None or part is None:
        raise Rejected(*problems)
    return Intention(day, part, words["where"], words["if_blocked"])


def _to_come(now: datetime, due: datetime | None) -> datetime | None:
    return due if due and due > now else None


def _day(text: str, offered: list[date], problems: list[Problem]) -> date | None:
    try:
        day = day_of(text)
    except ValueError:
        problems.append(Problem("nothing_chosen" if not text.strip() else "bad_date", field="which_day"))
        return None
    if day not in offered:
        problems.append(Problem("day_not_offered", field="which_day"))
        return None
    return day


def _part(text: str, problems: list[Problem]) -> PartOfDay | None:
    if text in set(PartOfDay):
        return PartOfDay(text)
    problems.append(Problem("nothing_chosen" if not text else "not_offered", field="part"))
    return None


def _on_the_clock(now: datetime) -> tuple[date, time]:
    local = now.astimezone(LONDON)
    return local.date(), time(local.hour, local.minute)
