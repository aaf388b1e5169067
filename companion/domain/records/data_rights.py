"""Participants' requests about their data, leads' answers, and legal holds against erasure."""

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
"""The maximum number of characters in an answer, a reason or a request's text."""
REVIEW_WITHIN: Final = timedelta(days=366)
"""The time limit for a lead to review a legal hold."""
MONTH: Final = timedelta(days=30)
"""The time limit for answering a request (UK GDPR, article 12(3): one month)."""


class Outcome(StrEnum):
    """A lead's decision on an erasure request."""

    REFUSED = "refused"
    APPROVED = "approved"


class RefusalWording(StrEnum):
    """The explanation that a participant reads if a lead refuses erasure.

    A lead who refuses to erase a participant's data chooses one of these explanations. Leads can't explain a
    refused erasure in their own words, because they might reveal something confidential to the participant.
    """

    IN_USE = "in_use"
    """The data can't be erased yet, because the programme isn't over and the data is still in use."""
    MUST_KEEP = "must_keep"
    """The service can't erase the participant's records yet: it must keep them for a set period first."""


class Answer(StrEnum):
    """The outcome of a correction request."""

    CORRECTED = "corrected"
    ADDED = "added"
    """The data wasn't changed, but the participant's own words were added next to it."""
    LEFT = "left"
    """The lead answered the request without changing the data."""


class HoldKind(StrEnum):
    """The reason for a legal hold."""

    INVESTIGATION = "investigation"
    CONCERN = "concern"
    LEGAL = "legal"
    """The reason for the legal hold is a legal claim that somebody has made or is expected to make."""
    REQUEST = "request"
    """A court or the police has asked for the data."""
    OTHER = "other"


@dataclass(frozen=True)
class Wrong:
    """A participant's correction request: what is wrong, and what the data should say."""

    wrong: str
    should: str


def wrong(what: str, should: str) -> Wrong:
    """Return a participant's correction request from a form. Raise one ``Rejected`` that lists all the form's
    problems.
    """
    return Wrong(*_texts({"wrong": what, "should": should}))


@dataclass(frozen=True)
class NewHold:
    """A new legal hold. A legal hold prevents erasure of a participant's data."""

    kind: HoldKind
    reason: str
    review_on: date


def new_hold(kind: str, reason: str, review_on: str, now: datetime) -> NewHold:
    """Return the legal hold from the form that a lead filled in. Raise one ``Rejected`` that lists all the
    form's problems.
    """
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
    """Return a lead's answer to a correction request. Raise one ``Rejected`` that lists all the form's
    problems.
    """
    return _chosen_with_words(Answer, "outcome", outcome, "answer", words)


def refusal(told: str, reason: str) -> tuple[RefusalWording, str]:
    """Return two texts about a refused request: the wording that the participant reads, and the reason, which
    only staff read.

    Raise one ``Rejected`` that lists all the form's problems.
    """
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
    """Clean and return the reason for ending a legal hold. Raise ``Rejected`` if the reason isn't valid."""
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
