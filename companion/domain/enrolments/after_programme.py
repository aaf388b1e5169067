"""What stays open to a participant after the programme, or where it does not go on, and for how long.

Which pages that is: ``web/gate/scopes.py``.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from companion.domain.enrolments.pathway import EXPECTS_WORK, PathwayState
from companion.domain.refusals import Problem, Rejected

DAYS_MOST = 3650


class Scope(StrEnum):
    """How much of Companion is open to him, the least first; each holds what stands before it."""

    NOTHING = "nothing"
    HELP = "help"
    """Help, telling what cannot wait, his account, leaving."""
    MESSAGES = "messages"
    """Also what he and his practitioner write to each other."""
    PLAN = "plan"
    """Also his plan, and what he handed in with what was said to it."""
    EVERYTHING = "everything"
    """Also doing set work."""

    def holds(self, other: "Scope") -> bool:
        """Whether that is open too."""
        order = list(Scope)
        return order.index(other) <= order.index(self)


@dataclass(frozen=True)
class Term:
    """What is open, for how many days from the step on; after them help alone."""

    scope: Scope
    days: int


CHOSEN: Final = (
    PathwayState.NOT_NOW,
    PathwayState.NOT_SUITABLE,
    PathwayState.ENDED_EARLY,
    PathwayState.CLOSED,
)
"""Where the lead decides."""
OFFERED: Final = (Scope.PLAN, Scope.MESSAGES, Scope.HELP)
"""Work is never expected there, so it is not offered."""
AT_FIRST: Final = {
    PathwayState.NOT_NOW: Term(Scope.MESSAGES, 30),
    PathwayState.NOT_SUITABLE: Term(Scope.MESSAGES, 30),
    PathwayState.ENDED_EARLY: Term(Scope.PLAN, 90),
    PathwayState.CLOSED: Term(Scope.PLAN, 365),
}


@dataclass(frozen=True)
class AfterProgrammeRules:
    """One version of the setting; 0 is the one that the service starts with."""

    number: int = 0
    terms: Mapping[PathwayState, Term] = field(default_factory=lambda: dict(AT_FIRST))


@dataclass(frozen=True)
class Open:
    """What is open to him now, and the last day of it; without a day as long as he stands there."""

    scope: Scope
    until: date | None = None


def open_to_him(state: PathwayState, since: date, rules: AfterProgrammeRules, today: date) -> Open:
    """What is open to a participant who came to this state on the day ``since``.

    While the programme goes on everything is; in the reviews everything but new work.
    """
    if state in EXPECTS_WORK:
        return Open(Scope.EVERYTHING)
    if state is PathwayState.DIED:
        return Open(Scope.NOTHING)
    term = rules.terms.get(state)
    if term is None:
        return Open(Scope.PLAN)
    last = since + timedelta(days=term.days)
    if term.scope is Scope.HELP or last < today:
        return Open(Scope.HELP)
    return Open(term.scope, last)


def typed(form: Mapping[str, str], number: int) -> AfterProgrammeRules:
    """The setting that somebody typed, as version ``number``. Raises ``Rejected`` with all that is to be mended."""
    problems: list[Problem] = []
    terms: dict[PathwayState, Term] = {}
    for state in CHOSEN:
        scope, days = form.get(f"{state}-scope", ""), form.get(f"{state}-days", "").strip()
        if scope not in OFFERED:
            problems.append(Problem("not_offered", field=f"{state}-scope"))
        elif not (re.fullmatch(r"[0-9]{1,4}", days) and 1 <= int(days) <= DAYS_MOST):
            problems.append(Problem("whole_number", {"least": 1, "most": DAYS_MOST}, f"{state}-days"))
        else:
            terms[state] = Term(Scope(scope), int(days))
    if problems:
        raise Rejected(*problems)
    return AfterProgrammeRules(number, terms)
