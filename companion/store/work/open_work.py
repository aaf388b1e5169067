"""Load a piece of work for the participant to change."""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple, TypeVar
from uuid import UUID, uuid4

from sqlalchemy.orm import defer, make_transient_to_detached

from companion.domain.activities.conversation import Given
from companion.domain.enrolments.pathway import EXPECTS_WORK
from companion.domain.people import Viewer
from companion.domain.refusals import NotFound
from companion.domain.time.working_days import london_day
from companion.domain.work.work import Outcome, Said, WorkInProgress
from companion.store import locks
from companion.store.activities.activities import opened
from companion.store.base import Model, Transaction
from companion.store.drafts import DraftPlace
from companion.store.enrolments.enrolments import Enrolment
from companion.store.keys import WORDS, Box, participant
from companion.store.meetings.appointments import due_for
from companion.store.work.rows import AnswerRow, DraftRow, SubmissionRow, WorkRow
from companion.store.work.work import OWN_WORK, ROUNDS, Kept, place_of, said, said_and_typed, typed

R = TypeVar("R", bound=Model)

ROUNDS_ALONE = ROUNDS.options(defer(SubmissionRow.said), defer(SubmissionRow.words))


class Round(NamedTuple):
    """The outcome of one submission, and whether the short or the whole version was submitted."""

    outcome: Outcome | None
    short: bool


@dataclass(frozen=True)
class OpenWork:
    """A piece of work whose database row is locked, with its answers and drafts."""

    row: WorkRow
    whole: WorkInProgress
    _tx: Transaction
    _box: Box
    _answers: dict[bytes, Kept]
    _drafts: dict[bytes, Kept]
    _draft_rows: dict[bytes, DraftRow] = field(default_factory=dict)

    def on_way(self, *, short: bool) -> "OpenWork":
        """Return the version of the work, short or full, that the participant sees.

        A participant may have opened the short version in one tab and the full version in another. After the
        participant has submitted the work, nobody can switch between the short and the full version.
        """
        way = short and self.whole.has_short if self.whole.is_open else self.row.short
        return self if way == self.whole.short else replace(self, whole=replace(self.whole, short=way))

    def draft_place(self, prompt_id: str) -> DraftPlace:
        """Return the key for finding the draft answer to a prompt."""
        place = place_of(self._tx, self.row.id, prompt_id)
        return DraftPlace(DraftRow.work_id, self.row.id, place, self._box, prompt_id, (self._draft(place),))

    def _draft(self, place: bytes) -> DraftRow | None:
        known = self._drafts.get(place)
        if known and place not in self._draft_rows:
            row = DraftRow(
                **{name: getattr(known, name) for name in ("id", "place", "tab", "beat", "revision")},
                work_id=self.row.id,
                typed=known.sealed,
                saved_at=known.saved_at,
            )
            self._draft_rows[place] = _known(self._tx, row)
        return self._draft_rows.get(place)

    def keep_answer(self, prompt_id: str, given: Given) -> None:
        """Save the answer to this prompt."""
        place = place_of(self._tx, self.row.id, prompt_id)
        known = self._answers.get(place)
        answer = AnswerRow(id=known.id if known else uuid4(), work_id=self.row.id, place=place)
        if known:
            answer.revision, answer.saved_at, answer.value = known.revision, known.saved_at, known.sealed
            answer = _known(self._tx, answer)
        else:
            self._tx.add(answer)
        answer.revision, answer.saved_at = given.revision, given.saved_at
        its = Said(prompt_id, given.way, given.value)
        answer.value = self._box.seal("answers.value", answer.id, its)

    def last_day(self) -> date | None:
        """Return the day of the appointment for which the participant should do the work, or None."""
        due = due_for(self._tx, [self.row.enrolment_id])[self.row.due_id]
        return london_day(due.due_at) if due.due_at else None


def _known(tx: Transaction, row: R) -> R:
    """Tell SQLAlchemy that the row already exists in the database, without reading the row. SQLAlchemy writes
    only the columns that change after this call.
    """
    make_transient_to_detached(row)
    tx.add(row)
    return row


def open_own(tx: Transaction, viewer: Viewer, work_id: UUID) -> OpenWork:
    """Lock the viewer's enrolment and one piece of the viewer's work, and return the piece of work with its
    answers.

    Raise ``NotFound`` if the viewer has no such piece of work, and ``Damaged`` if the activity can't be read.
    """
    own = OWN_WORK.params(work_id=work_id, participant_id=viewer.account_id)
    row = locks.lock_guarded(tx, own, Enrolment, "enrolment_id")
    if row is None:
        raise NotFound
    tx.keys.boxes({participant(viewer.account_id), WORDS})  # both keys are needed below
    box = tx.keys.box(participant(viewer.account_id))
    answers, drafts = said_and_typed(tx, work_id)
    rounds = tx.scalars(ROUNDS_ALONE, {"work_id": work_id})
    whole = WorkInProgress(
        activity=opened(tx, row.version),
        answers=dict(said(box, each) for each in answers.values()),
        drafts=dict(typed(box, each) for each in drafts.values()),
        submissions=[
            Round(Outcome(each.outcome) if each.outcome and each.intact else None, each.short)
            for each in rounds
        ],
        on_paper_on=row.on_paper_on,
        needed=row.enrolment.state in EXPECTS_WORK,
        short=row.short,
        withdrawn_at=row.withdrawn_at,
    )
    return OpenWork(row, whole, tx, box, answers, drafts)
