"""What a participant may ask for about what is held on him, what is said to it, and what holds an erasure."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final, TypeVar

from companion.domain.refusals import Problem, Rejected
from companion.domain.text import clean
from companion.domain.time.moments import day_of
from companion.domain.time.working_days import london_day

Choice = TypeVar("Choice", bound=StrEnum)

WORDS_MOST: Final = 2000
"""Characters of what is wrong, of what it should say, of an answer, and of a reason."""
REVIEW_WITHIN: Final = timedelta(days=366)
"""A hold is looked at again within a year at most."""
MONTH: Final = timedelta(days=30)
"""By when who asked must hear (UK GDPR, article 12(3): one month)."""


class Outcome(StrEnum):
    """What a lead decided about a request for erasure."""

    REFUSED = "refused"
    APPROVED = "approved"


class RefusalWording(StrEnum):
    """What he is told when it is refused. No words of the lead's: they could say too much."""

    IN_USE = "in_use"
    """His programme goes on, and what is held is worked with."""
    MUST_KEEP = "must_keep"
    """The service must keep records for a time."""


class Answer(StrEnum):
    """What became of something that he said is wrong."""

    CORRECTED = "corrected"
    ADDED = "added"
    """What he says stands beside it now."""
    LEFT = "left"
    """It stays as it is."""


class HoldKind(StrEnum):
    """Why nothing of somebody may be erased for now."""

    INVESTIGATION = "investigation"
    CONCERN = "concern"
    LEGAL = "legal"
    """A legal claim, made or to be expected."""
    REQUEST = "request"
    """A court or the police asked for it."""
    OTHER = "other"


@dataclass(frozen=True)
class Wrong:
    """Something that he says is wrong, and what it should say."""

    wrong: str
    should: str


def wrong(what: str, should: str) -> Wrong:
    """What he typed. Raises ``Rejected`` with everything that is to be mended."""
    return Wrong(*_texts({"wrong": what, "should": should}))


@dataclass(frozen=True)
class NewHold:
    """A hold as it is set."""

    kind: HoldKind
    reason: str
    review_on: date


def new_hold(kind: str, reason: str, review_on: str, now: datetime) -> NewHold:
    """What a lead typed. Raises ``Rejected`` with everything that is to be mended."""
    problems: list[Problem] = []
    if kind not in list(HoldKind):
        problems.append(Problem("not_offered", field="kind"))
    words, today, on = "", london_day(now), date.max
    try:
        (words,) = _texts({"reason": reason})
    except Rejected as rejected:
        problems += rejected.problems
    try:
        on = day_of(review_on)
        if on <= today:
            problems.append(Problem("in_the_past", field="review_on"))
        elif on > today + REVIEW_WITHIN:
            problems.append(Problem("day_too_far", field="review_on"))
    except ValueError:
        problems.append(Problem("bad_date", field="review_on"))
    if problems:
        raise Rejected(*problems)
    return NewHold(HoldKind(kind), words, on)


def answer(outcome: str, words: str) -> tuple[Answer, str]:
    """What a lead answers to something that is said to be wrong. Raises ``Rejected``."""
    return _chosen_with_words(Answer, "outcome", outcome, "answer", words)


def refusal(told: str, reason: str) -> tuple[RefusalWording, str]:
    """Which words he hears when it is refused, and the reason that stays with the service. Raises ``Rejected``."""
    return _chosen_with_words(RefusalWording, "wording", told, "reason", reason)


def _chosen_with_words(
    offered: type[Choice], field: str, chosen: str, beside: str, words: str
) -> tuple[Choice, str]:
    problems: list[Problem] = []
    if chosen not in list(offered):
        problems.append(Problem("nothing_chosen" if not chosen else "not_offered", field=field))
    text = ""
    try:
        (text,) = _texts({beside: words})
    except Rejected as rejected:
        problems += rejected.problems
    if problems:
        raise Rejected(*problems)
    return offered(chosen), text


def reason(text: str) -> str:
    """Why a hold is lifted. Raises ``Rejected``."""
    return _texts({"reason": text})[0]


def _texts(typed: dict[str, str]) -> list[str]:
    problems: list[Problem] = []
    found = []
    for name, text in typed.items():
        try:
            found.append(clean(text, WORDS_MOST, name))
        except Rejected as rejected:
            problems += rejected.problems
    if problems:
        raise Rejected(*problems)
    return found
