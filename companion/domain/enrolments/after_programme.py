"""What stays open to a participant after the programme, or if it is stopped early, and for how long.

Which pages that means: ``web/gate/scopes.py``.
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
    """How much of Companion is open to him, least first; each includes those before it."""

    NOTHING = "nothing"
    HELP = "help"
    """Help, telling us something that can't wait, his account, leaving."""
    MESSAGES = "messages"
    """Also messages with his practitioner."""
    PLAN = "plan"
    """Also his plan, and what he submitted with its feedback."""
    EVERYTHING = "everything"
    """Also doing set work."""

    def holds(self, other: "Scope") -> bool:
        """Whether this includes the other."""
        order = list(Scope)
        return order.index(other) <= order.index(self)


@dataclass(frozen=True)
class Term:
    """The scope that is open, and for how many days after the step; then only help."""

    scope: Scope
    days: int


CHOSEN: Final = (
    PathwayState.NOT_NOW,
    PathwayState.NOT_SUITABLE,
    PathwayState.ENDED_EARLY,
    PathwayState.CLOSED,
)
"""The states for which a lead chooses."""
OFFERED: Final = (Scope.PLAN, Scope.MESSAGES, Scope.HELP)
"""The scopes that a lead can choose. Work isn't among them, because none is expected."""
AT_FIRST: Final = {
    PathwayState.NOT_NOW: Term(Scope.MESSAGES, 30),
    PathwayState.NOT_SUITABLE: Term(Scope.MESSAGES, 30),
    PathwayState.ENDED_EARLY: Term(Scope.PLAN, 90),
    PathwayState.CLOSED: Term(Scope.PLAN, 365),
}


@dataclass(frozen=True)
class AfterProgrammeRules:
    """One version of the setting; version 0 is the default."""

    number: int = 0
    terms: Mapping[PathwayState, Term] = field(default_factory=lambda: dict(AT_FIRST))


@dataclass(frozen=True)
class Open:
    """The scope that is open to him now and until which day; without a day, for as long as his
    state stays the same.
    """

    scope: Scope
    until: date | None = None


def open_to_him(state: PathwayState, since: date, rules: AfterProgrammeRules, today: date) -> Open:
    """Return what is open to a participant who reached this state on the day ``since``.

    Everything during the programme; during reviews, everything except new work.
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
    """Return the setting typed, as version ``number``. Raise ``Rejected`` with every problem found."""
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
