"""The rules for what a participant can use, and for how long, after finishing or leaving the programme.

``web/gate/scopes.py`` says which pages belong to each scope.
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
    """The parts of Companion that a participant can use. Each scope includes the smaller scopes before it."""

    NOTHING = "nothing"
    HELP = "help"
    """Help, telling us something that can't wait, the participant's account, and leaving the site."""
    MESSAGES = "messages"
    """Everything in ``HELP``, and messages to and from the practitioner."""
    PLAN = "plan"
    """Everything in ``MESSAGES``, the participant's plan, and submitted work with its feedback."""
    EVERYTHING = "everything"
    """Everything in ``PLAN``, and doing work that has been set."""

    def holds(self, other: "Scope") -> bool:
        """Return whether this scope includes the scope ``other``."""
        order = list(Scope)
        return order.index(other) <= order.index(self)


@dataclass(frozen=True)
class Term:
    """A scope, and how many days the scope stays available. After those days, only help is available."""

    scope: Scope
    days: int


CHOSEN: Final = (
    PathwayState.NOT_NOW,
    PathwayState.NOT_SUITABLE,
    PathwayState.ENDED_EARLY,
    PathwayState.CLOSED,
)
"""The pathway states for which a lead can choose the scope and the number of days."""
OFFERED: Final = (Scope.PLAN, Scope.MESSAGES, Scope.HELP)
"""The scopes that a lead can choose. None of these scopes includes doing work, because no more work is
expected.
"""
AT_FIRST: Final = {
    PathwayState.NOT_NOW: Term(Scope.MESSAGES, 30),
    PathwayState.NOT_SUITABLE: Term(Scope.MESSAGES, 30),
    PathwayState.ENDED_EARLY: Term(Scope.PLAN, 90),
    PathwayState.CLOSED: Term(Scope.PLAN, 365),
}


@dataclass(frozen=True)
class AfterProgrammeRules:
    """One version of the rules for what stays available after the programme. Version 0 is the default."""

    number: int = 0
    terms: Mapping[PathwayState, Term] = field(default_factory=lambda: dict(AT_FIRST))


@dataclass(frozen=True)
class Open:
    """The scope that is available to a participant, and the last day on which it is available.

    If the day is None, the scope stays available until the participant's pathway state changes.
    """

    scope: Scope
    until: date | None = None


def open_to_him(state: PathwayState, since: date, rules: AfterProgrammeRules, today: date) -> Open:
    """Return what is available to a participant who reached this pathway state on the day ``since``.

    During the programme, everything is available. During reviews, everything except new work is available.
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
    """Return the rules in a form as version ``number``. Raise ``Rejected`` with every problem in the form."""
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
