"""Let leads edit the evaluation's questions and approve a version.

Every edit makes a new version of the questions.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from companion.domain.evaluation import editing
from companion.domain.evaluation.editing import Typed
from companion.domain.evaluation.evaluation import Question, Questions
from companion.domain.people import Role
from companion.domain.refusals import ChangedElsewhere, NotFound
from companion.services.act import Actor, acting
from companion.store import audit
from companion.store.base import Transaction
from companion.store.evaluation import evaluation
from companion.store.evaluation.evaluation import QuestionsRow


def reword(actor: Actor, question_id: str, seen: int, typed: Typed) -> None:
    """Change a question's wording. Saving the same wording again does nothing.

    ``seen`` is the version of the questions that the page showed. Raise ``Rejected`` for a mistake in the
    form. Raise ``ChangedElsewhere`` if somebody has saved a newer version of the questions.
    """
    _change(actor, question_id, seen, lambda all_, one: editing.changed(all_, editing.worded(one, typed)))


def retire(actor: Actor, question_id: str, seen: int, *, retired: bool) -> None:
    """Retire a question, or bring it back. Raise ``Rejected`` if retiring the question would leave no
    question to ask.

    Raise ``ChangedElsewhere`` if the page is out of date.
    """
    _change(actor, question_id, seen, lambda all_, one: editing.retired(all_, one, retired=retired))


def move(actor: Actor, question_id: str, seen: int, to: str) -> None:
    """Move a question ``up`` or ``down``.

    Moving the first question up or the last question down does nothing. Raise ``Rejected`` if the direction
    is neither ``up`` nor ``down``. Raise ``ChangedElsewhere`` if the page is out of date.
    """
    _change(actor, question_id, seen, lambda all_, one: editing.moved(all_, one, to))


def add(actor: Actor, new_id: UUID, kind: str, typed: Typed) -> None:
    """Add a question at the end of the evaluation. Repeating the call with the same id does nothing.

    Raise ``Rejected`` for a mistake in the form. Raise ``ChangedElsewhere`` if another lead has just saved a
    change.
    """
    question_id = f"question-{new_id.hex[:12]}"
    with _as_lead(actor) as tx:
        version = evaluation.newest(tx)
        if version.questions.question(question_id):
            return
        _write(tx, version.number, editing.added(version.questions, question_id, kind, typed))
        tx.commit()


def approve(actor: Actor, seen: int) -> None:
    """Approve the newest version of the evaluation's questions, so that participants can be asked them.

    Repeating the call changes nothing. Raise ``ChangedElsewhere`` if the page is out of date.
    """
    with _as_lead(actor) as tx:
        version = evaluation.newest(tx)
        if version.number != seen:
            raise ChangedElsewhere
        row = evaluation.version_row(tx, version.number)
        row = row or _write(tx, version.number, version.questions)
        if row.approved_at:
            return
        row.approved_at, row.approved_by = actor.now, actor.viewer.account_id
        audit.record(tx, audit.Event.EVALUATION_QUESTIONS_APPROVED, detail=str(row.number))
        tx.commit()


@contextmanager
def _as_lead(actor: Actor) -> Iterator[Transaction]:
    with acting(actor, role=Role.LEAD) as tx:
        yield tx


def _change(
    actor: Actor, question_id: str, seen: int, change: Callable[[Questions, Question], Questions]
) -> None:
    with _as_lead(actor) as tx:
        version = evaluation.newest(tx)
        question = version.questions.question(question_id)
        if question is None:
            raise NotFound
        after = change(version.questions, question)
        if after == version.questions:
            return
        if version.number != seen:
            raise ChangedElsewhere
        _write(tx, seen, after)
        tx.commit()


def _write(tx: Transaction, seen: int, questions: Questions) -> QuestionsRow:
    row = evaluation.add_version(tx, seen + 1, questions)
    try:
        tx.flush()
    except IntegrityError as error:  # another lead has just saved a version
        raise ChangedElsewhere from error
    audit.record(tx, audit.Event.EVALUATION_QUESTIONS_CHANGED, detail=str(row.number))
    return row
