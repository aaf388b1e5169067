"""What a participant may request about their data, how it is answered, and what blocks erasure."""

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
"""Most characters in what is wrong, what it should say, an answer, or a reason."""
REVIEW_WITHIN: Final = timedelta(days=366)
"""A legal hold is reviewed within a year."""
MONTH: Final = timedelta(days=30)
"""By when a request must be answered (UK GDPR, article 12(3): one month)."""


class Outcome(StrEnum):
    """A lead's decision on an erasure request."""

    REFUSED = "refused"
    APPROVED = "approved"


class RefusalWording(StrEnum):
    """The words for the participant on refusal. Never the lead's own, which could say too much."""

    IN_USE = "in_use"
    """The programme isn't over, and the data is in use."""
    MUST_KEEP = "must_keep"
    """The service must keep records for some time."""


class Answer(StrEnum):
    """The outcome of a correction request."""

    CORRECTED = "corrected"
    ADDED = "added"
    """Their statement is now shown beside it."""
    LEFT = "left"
    """It stays as it is."""


class HoldKind(StrEnum):
    """Why somebody's data may not be erased for now."""

    INVESTIGATION = "investigation"
    CONCERN = "concern"
    LEGAL = "legal"
    """A legal claim, made or expected."""
    REQUEST = "request"
    """A court or the police requested it."""
    OTHER = "other"


@dataclass(frozen=True)
class Wrong:
    """The participant's claim: the mistake, and the correct version."""

    wrong: str
    should: str


def wrong(what: str, should: str) -> Wrong:
    """Return the request typed. Raise ``Rejected`` with every problem found."""
    return Wrong(*_texts({"wrong": what, "should": should}))


@dataclass(frozen=True)
class NewHold:
    """A new legal hold."""

    kind: HoldKind
    reason: str
    review_on: date


def new_hold(kind: str, reason: str, review_on: str, now: datetime) -> NewHold:
    """Return the hold a lead typed. Raise ``Rejected`` with every problem found."""
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
    """Return a lead's answer to a correction request. Raise ``Rejected``."""
    return _chosen_with_words(Answer, "outcome", outcome, "answer", words)


def refusal(told: str, reason: str) -> tuple[RefusalWording, str]:
    """Return what the participant is told on refusal, and the reason kept by the service. Raise ``Rejected``."""
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
    """Return the reason for lifting a hold. Raise ``Rejected``."""
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
