"""Concerns about a child's safety or a danger to somebody's life. A named person is responsible for each
concern.

Whether a concern is overdue depends only on its deadlines and the current time.
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
    """The source of a concern. Only leads see concerns about practitioners."""

    TOLD = "told"
    RAISED = "raised"
    ABOUT_PRACTITIONER = "about_practitioner"


class ConcernState(StrEnum):
    """The progress of a concern. A closed concern can't be opened again, and concerns are never deleted."""

    NEW = "new"
    TAKEN = "taken"
    PASSED_ON = "passed_on"
    CLOSED = "closed"


class ConcernStepKind(StrEnum):
    """The kinds of step in a concern's history. A step whose name begins with ``TOLD`` records that one
    person was notified.
    """

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
    """The facts that decide who must act on a concern, and by when."""

    kind: ConcernKind
    state: ConcernState
    limits: Limits
    practitioner: UUID
    taken_by: UUID | None = None

    @property
    def is_open(self) -> bool:
        """True if the concern hasn't been closed."""
        return self.state is not ConcernState.CLOSED

    def overdue_since(self, now: datetime) -> datetime | None:
        """Return the concern's missed deadline, or None."""
        limit = {ConcernState.NEW: self.limits.take_by, ConcernState.TAKEN: self.limits.finish_by}.get(
            self.state
        )
        return limit if limit and now >= limit else None


@dataclass(frozen=True)
class Passed:
    """A referral of a concern to a person or a service."""

    to: str
    at: datetime

    @classmethod
    def typed(cls, to: str, day: str, clock: str, now: datetime, *, required: bool = True) -> "Passed | None":
        """Return the referral that a lead entered in a form. The form's times are in London time.

        Return None if the form is empty and a referral isn't required. Raise ``Rejected`` with every problem
        in the form.
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
    """Optional details that a practitioner adds to a concern."""

    fact: str = ""
    thought: str = ""
    protect: str = ""
    """The practitioner's answer about who needs protection, or an empty string."""
    measures: str = ""
    """The measures that have been taken so far."""

    def checked(self, problems: list[Problem]) -> "Particulars":
        """Clean and return the details of a concern, and add any problems to ``problems``."""
        tidied = {}
        for name, text in vars(self).items():
            try:
                tidied[name] = clean(text, WORDS_MOST, name, required=False)
            except Rejected as rejected:
                problems += rejected.problems
        return Particulars(**tidied)


def concern_words(text: str, field: str) -> str:
    """Clean and return the text of a concern. Raise ``Rejected`` if the text isn't valid."""
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
