"""Records of work done on paper, with the day and the practitioner's notes."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from companion.domain.refusals import Problem, Rejected
from companion.domain.text import clean
from companion.domain.time.london import LONDON
from companion.domain.time.moments import day_of

KEPT_MOST = 10_000


@dataclass(frozen=True)
class PaperRecord:
    """A record that work was done on paper. Undoing a paper submission doesn't delete its record, but marks
    it as undone.
    """

    id: UUID
    day: date
    kept: str
    at: datetime
    taken_back_at: datetime | None


def handed_in(day: str, kept: str, set_at: datetime, now: datetime) -> tuple[date, str]:
    """Return the day on which the participant submitted the work on paper, and the text copied from the
    paper.

    Raise one ``Rejected`` that lists all the form's problems.
    """
    problems: list[Problem] = []
    on, words = now.astimezone(LONDON).date(), ""
    try:
        on = day_of(day)
        if on > now.astimezone(LONDON).date():
            problems.append(Problem("not_yet", field="day"))
        elif on < set_at.astimezone(LONDON).date():
            problems.append(Problem("before_set", field="day"))
    except ValueError:
        problems.append(Problem("bad_date", field="day"))
    try:
        words = clean(kept, KEPT_MOST, "kept", required=False)
    except Rejected as rejected:
        problems += rejected.problems
    if problems:
        raise Rejected(*problems)
    return on, words
