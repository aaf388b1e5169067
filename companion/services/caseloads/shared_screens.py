"""The shared screen for practitioner and participant in a session."""

import itertools
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID

from companion.domain.activities.conversation import Turn
from companion.domain.caseloads.brief import last_before
from companion.domain.people import Role
from companion.domain.refusals import ChangedElsewhere, NotFound, Problem, Rejected
from companion.services.act import NOT_OFFERED, Actor, Counted, acting
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
    """The buttons beside a question on the shared screen."""

    TALKED = "talked"
    NOT_TALKED = "not_talked"
    SHOW = "show"
    HIDE = "hide"


@dataclass(frozen=True)
class SharedTurn:
    """A question on the shared screen. ``shown`` is False if the page hides the answer."""

    number: int
    """The question's number, starting at 1."""
    turn: Turn
    talked_about: bool
    shown: bool


@dataclass(frozen=True)
class SharedPiece:
    """A submitted piece of work.

    The questions that the participant marked for the session come first.
    """

    submission_id: UUID
    title: str
    language: str
    to_talk: tuple[SharedTurn, ...]
    others: tuple[SharedTurn, ...]

    def marked(self, prompt_id: str) -> bool:
        """Return whether the participant wants to talk about this question in the session."""
        return any(each.turn.prompt.id == prompt_id for each in self.to_talk)


@dataclass(frozen=True)
class SharedScreen:
    """The participant and the pieces of work on the shared screen."""

    case: Case
    pieces: tuple[SharedPiece, ...]


def open_together(actor: Actor, signed_in: SignedIn, enrolment_id: UUID) -> None:
    """Limit this browser session to the shared screen, which practitioner and participant look at together.
    At first, the shared screen shows none of the participant's answers.

    Raise ``NotFound`` unless the viewer is the participant's practitioner.
    """
    with acting(actor, Counted.NEVER, role=Role.PRACTITIONER) as tx:
        row = enrolments.enrolment(tx, actor.viewer, enrolment_id, lock=True)
        discussed.hide_all(tx, row.id)
        sessions.share(tx, signed_in.session_id, row.id)
        audit.record(tx, audit.Event.OPENED_TOGETHER, subject=row.id, enrolment=row.id)
        tx.commit()


def shared_screen(actor: Actor, enrolment_id: UUID) -> SharedScreen:
    """Return what the practitioner and the participant look at together: the new submissions, and the answers
    to discuss.

    Raise ``NotFound`` unless the viewer is the participant's practitioner.
    """
    with actor.store.reading() as tx:
        if actor.viewer.role is not Role.PRACTITIONER:
            raise NotFound
        row = enrolments.enrolment(tx, actor.viewer, enrolment_id)
        return SharedScreen(enrolments.case(tx, row), _pieces(tx, row, actor.now))


def mark(actor: Actor, enrolment_id: UUID, at: tuple[UUID | None, str], press: str) -> None:
    """Carry out the action of a button beside a question.

    Raise ``NotFound`` unless the viewer is the participant's practitioner. Raise ``ChangedElsewhere`` if the
    question no longer exists, and ``Rejected`` if the form has an unknown button.
    """
    with acting(actor, Counted.SAVE, role=Role.PRACTITIONER) as tx:
        row = enrolments.enrolment(tx, actor.viewer, enrolment_id, lock=True)
        if press not in list(Press):
            raise Rejected(Problem(NOT_OFFERED))
        piece, question = _question(_pieces(tx, row, actor.now), at)
        submission_id = piece.submission_id
        answer = discussed.row_of(tx, row.id, submission_id, question)
        if press in (Press.TALKED, Press.NOT_TALKED):
            answer.talked_at = (answer.talked_at or actor.now) if press == Press.TALKED else None
            left = [each for each in piece.to_talk if not each.talked_about and each.turn.prompt.id != at[1]]
            again = press == Press.NOT_TALKED and piece.marked(at[1])
            discussed.leave_to_talk(tx, submission_id, len(left) + again)
        elif press == Press.SHOW and not answer.shown:
            audit.record(tx, audit.Event.ANSWER_SHOWN, subject=submission_id, enrolment=row.id)
        if press in (Press.SHOW, Press.HIDE):
            answer.shown = press == Press.SHOW
        tx.commit()


def _question(pieces: tuple[SharedPiece, ...], at: tuple[UUID | None, str]) -> tuple[SharedPiece, Question]:
    for piece in pieces:
        for each in (*piece.to_talk, *piece.others):
            prompt = each.turn.prompt
            if at == (piece.submission_id, prompt.id):
                return piece, Question(prompt.id, prompt.ask, piece.language)
    raise ChangedElsewhere


def _pieces(tx: Transaction, row: Enrolment, now: datetime) -> tuple[SharedPiece, ...]:
    last = last_before(appointments.appointments(tx, row.id), now)
    found = handed_in_since(tx, row.id, last.starts_at if last else THE_BEGINNING)
    marks = discussed.rows_of(tx, row.id, [submission.id for submission, *_ in found])
    pieces, numbers = [], itertools.count(1)
    for submission_row, activity, submission in found:
        turns = []
        for turn in submission.conversation(activity).turns:
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
