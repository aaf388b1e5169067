"""The lead edits the questions of the evaluation, in versions, and approves one; participants are asked that one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from companion.domain.evaluation import editing
from companion.domain.evaluation.editing import Typed
from companion.domain.evaluation.evaluation import Question, Questions
from companion.domain.people import Role, Viewer
from companion.domain.refusals import ChangedElsewhere, NotFound
from companion.services.act import acting
from companion.store import audit
from companion.store.base import Store, Transaction
from companion.store.evaluation import evaluation
from companion.store.evaluation.evaluation import QuestionsRow


def reword(store: Store, viewer: Viewer, question_id: str, seen: int, typed: Typed, now: datetime) -> None:
    """Put a question into other words; into the words that it has does nothing.

    ``seen`` is the version that the page showed. Raises ``Rejected`` and ``ChangedElsewhere``.
    """
    _change(
        store,
        viewer,
        question_id,
        seen,
        lambda all_, one: editing.changed(all_, editing.worded(one, typed)),
        now,
    )


def retire(
    store: Store, viewer: Viewer, question_id: str, seen: int, now: datetime, *, retired: bool
) -> None:
    """Ask a question no more, or again. Raises ``Rejected`` for the last one, and ``ChangedElsewhere``."""
    _change(
        store, viewer, question_id, seen, lambda all_, one: editing.retired(all_, one, retired=retired), now
    )


def move(store: Store, viewer: Viewer, question_id: str, seen: int, to: str, now: datetime) -> None:
    """Move a question ``up`` or ``down``. Raises ``Rejected`` and ``ChangedElsewhere``."""
    _change(store, viewer, question_id, seen, lambda all_, one: editing.moved(all_, one, to), now)


def add(store: Store, viewer: Viewer, new_id: UUID, kind: str, typed: Typed, now: datetime) -> None:
    """A new question at the end; doing it again with the same id does nothing. Raises ``Rejected``."""
    question_id = f"question-{new_id.hex[:12]}"
    with _as_lead(store, viewer, now) as tx:
        version = evaluation.newest(tx)
        if version.questions.question(question_id):
            return
        _write(tx, viewer, version.number, editing.added(version.questions, question_id, kind, typed), now)
        tx.commit()


def approve(store: Store, viewer: Viewer, seen: int, now: datetime) -> None:
    """From now on participants are asked this version; approving it again does nothing.

    Raises ``ChangedElsewhere`` where there is a newer version than the page showed.
    """
    with _as_lead(store, viewer, now) as tx:
        version = evaluation.newest(tx)
        if version.number != seen:
            raise ChangedElsewhere
        row = evaluation.version_row(tx, version.number)
        row = row or _write(tx, viewer, version.number, version.questions, now)
        if row.approved_at:
            return
        row.approved_at, row.approved_by = now, viewer.account_id
        audit.record(tx, audit.Event.EVALUATION_QUESTIONS_APPROVED, now, viewer, detail=str(row.number))
        tx.commit()


@contextmanager
def _as_lead(store: Store, viewer: Viewer, now: datetime) -> Iterator[Transaction]:
    with acting(store, viewer, now) as tx:
        if viewer.role is not Role.LEAD:
            raise NotFound
        yield tx


def _change(
    store: Store,
    viewer: Viewer,
    question_id: str,
    seen: int,
    change: Callable[[Questions, Question], Questions],
    now: datetime,
) -> None:
    with _as_lead(store, viewer, now) as tx:
        version = evaluation.newest(tx)
        question = version.questions.question(question_id)
        if question is None:
            raise NotFound
        after = change(version.questions, question)
        if after == version.questions:
            return
        if version.number != seen:
            raise ChangedElsewhere
        _write(tx, viewer, seen, after, now)
        tx.commit()


def _write(tx: Transaction, viewer: Viewer, seen: int, questions: Questions, now: datetime) -> QuestionsRow:
    row = evaluation.add_version(tx, seen + 1, questions, viewer.account_id, now)
    try:
        tx.flush()
    except IntegrityError as error:  # another lead was quicker
        raise ChangedElsewhere from error
    audit.record(tx, audit.Event.EVALUATION_QUESTIONS_CHANGED, now, viewer, detail=str(row.number))
    return row
