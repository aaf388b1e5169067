"""Concerns: worries about a child or a life that must reach a named person and cannot be overlooked.

Pure functions: whether something is overdue depends on the moment given, never on a job having run.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID

from companion.domain.concerns.concern_rules import Limits
from companion.domain.refusals import Problem, Rejected
from companion.domain.text import clean, clean_line
from companion.domain.time.london import LONDON
from companion.domain.time.moments import day_of, time_of

WORDS_MOST = 5000
TO_MOST = 200


class ConcernKind(StrEnum):
    """Its source, which decides who may see it: one about a practitioner goes only to the leads."""

    TOLD = "told"
    RAISED = "raised"
    ABOUT_PRACTITIONER = "about_practitioner"


class ConcernState(StrEnum):
    """How far it has come. ``CLOSED`` is final, and a concern is never deleted."""

    NEW = "new"
    TAKEN = "taken"
    PASSED_ON = "passed_on"
    CLOSED = "closed"


class ConcernStepKind(StrEnum):
    """A step in a concern's history. ``TOLD…`` are notices, each to one person."""

    RAISED = "raised"
    TOLD = "told"
    TOLD_NOT_TAKEN = "told_not_taken"
    TOLD_NOT_FINISHED = "told_not_finished"
    TAKEN = "taken"
    PASSED_ON = "passed_on"
    CLOSED = "closed"
    NOTE = "note"


@dataclass(frozen=True)
class Concern:
    """The facts of a concern that the rules need."""

    kind: ConcernKind
    state: ConcernState
    limits: Limits
    practitioner: UUID
    taken_by: UUID | None = None

    @property
    def is_open(self) -> bool:
        """Whether it needs more action; while open, it also blocks erasure."""
        return self.state is not ConcernState.CLOSED

    def overdue_since(self, now: datetime) -> datetime | None:
        """Return since when it is late to be taken on, passed on or closed; None if it isn't late."""
        limit = {ConcernState.NEW: self.limits.take_by, ConcernState.TAKEN: self.limits.finish_by}.get(
            self.state
        )
        return limit if limit and now >= limit else None


@dataclass(frozen=True)
class Passed:
    """The person or service it was passed on to, and when."""

    to: str
    at: datetime

    @classmethod
    def typed(cls, to: str, day: str, clock: str, now: datetime, *, required: bool = True) -> "Passed | None":
        """Return the referral typed, in London time; None if nothing was typed and nothing is required.

        Raise ``Rejected`` with every problem found.
        """
        if not required and not any(text.strip() for text in (to, day, clock)):
            return None
        problems: list[Problem] = []
        try:
            to = clean_line(to, TO_MOST, "passed_to")
        except Rejected as rejected:
            problems += rejected.problems
        moment = _moment(day, clock, now, problems)
        if problems or moment is None:
            raise Rejected(*problems)
        return cls(to, moment)


@dataclass(frozen=True, kw_only=True)
class Particulars:
    """What a practitioner says of a concern besides what was seen or heard. Each may be empty."""

    fact: str = ""
    thought: str = ""
    protect: str = ""
    """Who must be protected. It may name them."""
    measures: str = ""
    """What has been done so far."""

    def checked(self, problems: list[Problem]) -> "Particulars":
        """Return them tidied, and add what is wrong to ``problems``."""
        tidied = {}
        for name, text in vars(self).items():
            try:
                tidied[name] = clean(text, WORDS_MOST, name, required=False)
            except Rejected as rejected:
                problems += rejected.problems
        return Particulars(**tidied)


def concern_words(text: str, field: str) -> str:
    """Return the words of a concern, tidied. Raise ``Rejected``."""
    return clean(text, WORDS_MOST, field)


def _moment(day: str, clock: str, now: datetime, problems: list[Problem]) -> datetime | None:
    try:
        on = day_of(day)
    except ValueError:
        problems.append(Problem("bad_date", field="passed_day"))
        on = None
    try:
        at = time_of(clock)
    except ValueError:
        problems.append(Problem("bad_time", field="passed_time"))
        at = None
    if on is None or at is None:
        return None
    moment = datetime.combine(on, at, LONDON).astimezone(UTC)
    if moment > now:
        problems.append(Problem("in_the_future", field="passed_day"))
    return moment
