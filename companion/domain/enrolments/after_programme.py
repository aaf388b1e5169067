"""The pages that a participant can use after the programme, and for how long.

The module ``web/gate/scopes.py`` says which ``Scope`` a participant needs for each page.
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
    """The parts of Companion that a participant can use. Each scope includes everything in the scopes that
    are listed before it.
    """

    NOTHING = "nothing"
    HELP = "help"
    """Participants can use the help page, *Tell us something that can't wait*, their account and *Leave this
    site*.
    """
    MESSAGES = "messages"
    """Participants can use everything in ``HELP``, and can exchange messages with their practitioner."""
    PLAN = "plan"
    """Besides messages, participants can use their plan, their submitted work and its feedback."""
    EVERYTHING = "everything"
    """Participants can use everything, including the work that practitioners have set."""

    def holds(self, other: "Scope") -> bool:
        """Return whether this scope includes everything that the scope ``other`` includes."""
        order = list(Scope)
        return order.index(other) <= order.index(self)


@dataclass(frozen=True)
class Term:
    """The parts of Companion that a participant can use after the programme, and for how many days. Once
    the participant has been in the pathway state for more than ``days`` days, they can use only the parts in
    ``Scope.HELP``.
    """

    scope: Scope
    days: int


CHOSEN: Final = (
    PathwayState.NOT_NOW,
    PathwayState.NOT_SUITABLE,
    PathwayState.ENDED_EARLY,
    PathwayState.CLOSED,
)
"""The pathway states in which some parts of Companion can stay open for the participant. A lead chooses which
parts of Companion stay open, and for how many days.
"""
OFFERED: Final = (Scope.PLAN, Scope.MESSAGES, Scope.HELP)
"""The parts of Companion that a lead can choose to keep open for participants after the programme.
Participants can't do work after the programme, even if a lead keeps some parts of Companion open for them.
"""
AT_FIRST: Final = {
    PathwayState.NOT_NOW: Term(Scope.MESSAGES, 30),
    PathwayState.NOT_SUITABLE: Term(Scope.MESSAGES, 30),
    PathwayState.ENDED_EARLY: Term(Scope.PLAN, 90),
    PathwayState.CLOSED: Term(Scope.PLAN, 365),
}


@dataclass(frozen=True)
class AfterProgrammeRules:
    """A version of the rules about what participants can use after the programme. Version 0 of the rules
    contains the default values.
    """

    number: int = 0
    terms: Mapping[PathwayState, Term] = field(default_factory=lambda: dict(AT_FIRST))


@dataclass(frozen=True)
class Open:
    """The parts of Companion that the participant can still use, and until when.

    If ``until`` is None, the participant can use the parts in ``scope`` until the enrolment's pathway state
    changes.
    """

    scope: Scope
    until: date | None = None


def open_to_him(state: PathwayState, since: date, rules: AfterProgrammeRules, today: date) -> Open:
    """Return the parts of Companion that a participant can use today. The participant has been in this
    pathway state since the day ``since``.

    Participants can use everything before and during the programme. Participants who have completed the
    programme or have review meetings can use the parts in ``Scope.PLAN``, without a time limit. In the
    pathway states in ``CHOSEN``, ``rules`` says which parts participants can use, and for how many days.
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
    """Return version ``number`` of a lead's rules about access after the programme. Raise ``Rejected`` with
    every problem in the form.
    """
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
