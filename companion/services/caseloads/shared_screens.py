"""A screen that a practitioner and a participant look at together in a session."""

import itertools
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID

from companion.domain.activities.conversation import Conversation, Turn
from companion.domain.caseloads.brief import last_before
from companion.domain.people import Role
from companion.domain.refusals import NotFound
from companion.services.act import Actor, Counted, acting
from companion.store import audit
from companion.store.accounts import sessions
from companion.store.accounts.sessions import SignedIn
from companion.store.base import Transaction
from companion.store.caseloads.brief import handed_in_since
from companion.store.enrolments import enrolments
from companion.store.enrolments.enrolments import Case, Enrolment
from companion.store.meetings import appointments
from companion.store.work import discussed
from companion.store.work.discussed import Question

THE_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


class Press(StrEnum):
    """What the two can press at a question."""

    TALKED = "talked"
    NOT_TALKED = "not_talked"
    SHOW = "show"
    HIDE = "hide"


@dataclass(frozen=True)
class SharedTurn:
    """A question on the screen. Its answer is left out unless it shows."""

    number: int
    """Counts the questions of the screen from 1."""
    turn: Turn
    talked_about: bool
    shown: bool


@dataclass(frozen=True)
class SharedPiece:
    """What was submitted of one piece: what the participant marked for the session, then the rest."""

    submission_id: UUID
    title: str
    language: str
    to_talk: tuple[SharedTurn, ...]
    others: tuple[SharedTurn, ...]


@dataclass(frozen=True)
class SharedScreen:
    """Everything on the screen."""

    case: Case
    pieces: tuple[SharedPiece, ...]


def open_together(actor: Actor, signed_in: SignedIn, enrolment_id: UUID) -> None:
    """Lock the session to the screen for both, on which no answer shows yet.

    Raises ``NotFound`` for anybody but the participant's practitioner.
    """
    with acting(actor, Counted.NEVER, role=Role.PRACTITIONER) as tx:
        row = enrolments.enrolment(tx, actor.viewer, enrolment_id, lock=True)
        discussed.hide_all(tx, row.id)
        sessions.share(tx, signed_in.session_id, row.id)
        audit.record(tx, audit.Event.OPENED_TOGETHER, subject=row.id, enrolment=row.id)
        tx.commit()


def shared_screen(actor: Actor, enrolment_id: UUID) -> SharedScreen:
    """Return what the two may look at: submitted since they last met, or still to talk about.

    Raises ``NotFound`` for anybody but the participant's practitioner.
    """
    with actor.store.reading() as tx:
        if actor.viewer.role is not Role.PRACTITIONER:
            raise NotFound
        row = enrolments.enrolment(tx, actor.viewer, enrolment_id)
        return SharedScreen(enrolments.case(tx, row), _pieces(tx, row, actor.now))


def mark(actor: Actor, enrolment_id: UUID, submission_id: UUID, prompt_id: str, press: Press) -> None:
    """Do what they pressed at a question. Raise ``NotFound`` for one that isn't on the screen."""
    with acting(actor, Counted.SAVE, role=Role.PRACTITIONER) as tx:
        row = enrolments.enrolment(tx, actor.viewer, enrolment_id, lock=True)
        question = _question(_pieces(tx, row, actor.now), submission_id, prompt_id)
        answer = discussed.row_of(tx, row.id, submission_id, question)
        if press in (Press.TALKED, Press.NOT_TALKED):
            answer.talked_at = (answer.talked_at or actor.now) if press is Press.TALKED else None
        elif press is Press.SHOW and not answer.shown:
            audit.record(tx, audit.Event.ANSWER_SHOWN, subject=submission_id, enrolment=row.id)
        if press in (Press.SHOW, Press.HIDE):
            answer.shown = press is Press.SHOW
        tx.commit()


def _question(pieces: tuple[SharedPiece, ...], submission_id: UUID, prompt_id: str) -> Question:
    for piece in pieces:
        for each in (*piece.to_talk, *piece.others):
            if (piece.submission_id, each.turn.prompt.id) == (submission_id, prompt_id):
                return Question(prompt_id, each.turn.prompt.ask, piece.language)
    raise NotFound


def _pieces(tx: Transaction, row: Enrolment, now: datetime) -> tuple[SharedPiece, ...]:
    last = last_before(appointments.appointments(tx, row.id), now)
    found = handed_in_since(tx, row.id, last.starts_at if last else THE_BEGINNING)
    marks = discussed.rows_of(tx, row.id, [submission.id for submission, *_ in found])
    pieces, numbers = [], itertools.count(1)
    for submission_row, activity, submission in found:
        turns = []
        for turn in Conversation(activity, submission.answers).turns:
            its = marks.get((submission_row.id, turn.prompt.id))
            talked_about, shown = (its.talked_at is not None, its.shown) if its else (False, False)
            turns.append(SharedTurn(next(numbers), turn, talked_about, shown))
        pieces.append(
            SharedPiece(
                submission_row.id,
                activity.title,
                activity.language,
                tuple(each for each in turns if each.turn.given.way == "talk"),
                tuple(each for each in turns if each.turn.given.way != "talk"),
            )
        )
    return tuple(pieces)
