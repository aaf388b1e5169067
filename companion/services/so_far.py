"""Load the data for the page that shows a participant's sessions, submitted work, ratings and own words."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from companion.domain.activities.activity import Activity
from companion.domain.activities.answers import Prompt
from companion.domain.meetings.progress import Sessions, sessions
from companion.domain.plan.plan import Plan
from companion.domain.plan.suggested_words import in_words
from companion.domain.work.last_round import LastRound
from companion.domain.work.scale_history import ScaleHistory, histories
from companion.services.act import Actor
from companion.store.enrolments import enrolments
from companion.store.enrolments.enrolments import Case
from companion.store.meetings import appointments
from companion.store.plan import plan
from companion.store.programme.programmes import programme_of
from companion.store.work.last_rounds import last_rounds

WORDS_MOST = 12
"""The maximum number of pieces of work that the page quotes. The page quotes the latest pieces of work."""


@dataclass(frozen=True)
class Words:
    """A participant's own words in a piece of work."""

    activity: Activity
    at: datetime
    said: list[tuple[Prompt, list[str]]]
    """The questions with the participant's answers."""


@dataclass(frozen=True)
class SoFar:
    case: Case
    sessions: Sessions
    sent: list[LastRound]
    scales: list[ScaleHistory]
    words: list[Words]
    plan: Plan


def open_so_far(actor: Actor) -> SoFar:
    """Return the contents of the page about the viewer's progress."""
    with actor.store.reading() as tx:
        enrolment = enrolments.enrolment(tx, actor.viewer)
        case = enrolments.case(tx, enrolment)
        sent = last_rounds(tx, case.id)
        booked = appointments.appointments(tx, case.id)
        meetings = len(programme_of(tx, enrolment).meetings)
        return SoFar(
            case,
            sessions(booked, meetings, actor.now),
            sent,
            histories(sent),
            list(islice(_words(sent), WORDS_MOST)),
            plan.plan_of(tx, case.id),
        )


def _words(sent: Iterable[LastRound]) -> Iterator[Words]:
    """Yield the participant's answers that belong in the plan.

    Yield repeated answers only once.
    """
    shown: set[str] = set()
    for each in sent:
        said = []
        for prompt in each.activity.prompts:
            given = each.answers.get(prompt.id)
            if not prompt.plan or given is None or given.way != "answered":
                continue
            if new := [text for text in dict.fromkeys(in_words(prompt, given.value)) if text not in shown]:
                shown.update(new)
                said.append((prompt, new))
        if said:
            yield Words(each.activity, each.submitted_at, said)
