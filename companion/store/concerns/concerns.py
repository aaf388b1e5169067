"""Concerns and the steps taken on them.

Concerns and steps are never deleted. Concerns are encrypted with a key of their own. Functions with a
``viewer`` return only concerns that the viewer may see.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec
from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    LargeBinary,
    String,
    UniqueConstraint,
    case,
    false,
    func,
    select,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column

from companion.domain.concerns.concern_rules import Limits
from companion.domain.concerns.concerns import (
    Concern,
    ConcernKind,
    ConcernState,
    ConcernStepKind,
    Particulars,
    Passed,
)
from companion.domain.concerns.escalation import Telling
from companion.domain.people import Role, Viewer
from companion.domain.refusals import NotFound
from companion.store import locks
from companion.store.base import Model, Transaction
from companion.store.enrolments import handovers
from companion.store.enrolments.enrolments import Enrolment, is_there, lock_of
from companion.store.keys import CONCERNS, Box
from companion.store.people import author, names_of
from companion.store.row_binding import Bound
from companion.store.types import UtcDateTime

OPEN = frozenset(ConcernState) - {ConcernState.CLOSED}
TELLINGS = frozenset(
    {ConcernStepKind.TOLD, ConcernStepKind.TOLD_NOT_TAKEN, ConcernStepKind.TOLD_NOT_FINISHED}
)


class ConcernRow(Bound, Model):
    """A concern, with its deadlines."""

    __tablename__ = "concerns"
    BOUND = ("enrolment_id", "kind", "state", "raised_by", "raised_at", "taken_by")

    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolments.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(10), index=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    raised_by: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    raised_at: Mapped[datetime] = mapped_column(UtcDateTime)
    take_by: Mapped[datetime] = mapped_column(UtcDateTime)
    finish_by: Mapped[datetime] = mapped_column(UtcDateTime)
    taken_by: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    revision: Mapped[int] = mapped_column(default=1)
    """The concern's revision. Setting the concern's state increases the revision by 1."""


class ConcernStepRow(Bound, Model):
    """A step in handling a concern. Steps are never changed or deleted."""

    __tablename__ = "concern_steps"
    __table_args__ = (
        UniqueConstraint("concern_id", "number"),
        UniqueConstraint("concern_id", "kind", "told_id"),
    )
    BOUND = ("concern_id", "number", "kind", "at", "by_id", "told_id")

    concern_id: Mapped[UUID] = mapped_column(ForeignKey("concerns.id"))
    number: Mapped[int]
    """The number of this action in the concern's history. A gap in a concern's step numbers means that
    somebody has removed a step.
    """
    kind: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    told_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    words: Mapped[bytes | None] = mapped_column(LargeBinary)

    @property
    def told(self) -> UUID | None:
        """The person who was notified of the concern in this step, or None if nobody was notified.

        Only the step that records a person's first notice of a kind has a ``told_id``. If the person gets the
        same kind of notice again, the step for that notice has the person's id in ``by_id``, not in
        ``told_id``.
        """
        return self.told_id or (self.by_id if self.kind in TELLINGS else None)


@dataclass(frozen=True, kw_only=True)
class Origin:
    """The answer, message or note that led to a concern, without its text.

    All fields of this class are empty if the concern wasn't raised because of an answer, message or note.
    """

    question: str = ""
    """The question that caused the concern, or the work's title."""
    submission_id: UUID | None = None
    message_id: UUID | None = None
    note_id: UUID | None = None
    written_at: datetime | None = None
    """The time at which the message or note that caused the concern was written."""


@dataclass(frozen=True)
class Content(Origin, Particulars):
    """The encrypted part of a concern, including the participant's and the practitioner's names. These names
    can still be read after the participant has been erased.
    """

    words: str
    participant: str
    practitioner: str
    passed: Passed | None = None


@dataclass(frozen=True)
class ConcernLine:
    """A concern in a list, without its text or the participant's name."""

    id: UUID
    enrolment_id: UUID
    reference: str
    practitioner: str
    concern: Concern
    raised_at: datetime
    taken_by: str


@dataclass(frozen=True)
class ConcernStep:
    """A step in handling a concern, with its text and people's names."""

    kind: ConcernStepKind
    at: datetime
    by: str
    told: str
    words: str
    passed: Passed | None


@dataclass(frozen=True)
class OpenedConcern:
    """A concern with its text and all its steps."""

    line: ConcernLine
    content: Content
    raised_by: str
    revision: int
    steps: list[ConcernStep]


def visible(viewer: Viewer) -> ColumnElement[bool]:
    """Select the concerns that the viewer may see.

    Leads see all concerns, even about erased participants. Practitioners see concerns about their own
    participants, but no concerns about practitioners.
    """
    if viewer.role is Role.LEAD:
        return true()
    if viewer.role is Role.PRACTITIONER:
        own = Enrolment.practitioner_id == viewer.account_id
        return own & is_there() & (ConcernRow.kind != ConcernKind.ABOUT_PRACTITIONER)
    return false()


def add(
    tx: Transaction, new_id: UUID, enrolment: Enrolment, kind: ConcernKind, content: Content, limits: Limits
) -> ConcernRow:
    """Add a concern with its first step, and return the concern."""
    row = ConcernRow(
        id=new_id,
        enrolment_id=enrolment.id,
        kind=kind,
        state=ConcernState.NEW,
        raised_by=tx.viewer.account_id,
        raised_at=tx.now,
        take_by=limits.take_by,
        finish_by=limits.finish_by,
        revision=1,
    )
    row.content = _box(tx).seal("concerns.content", row.id, content)
    tx.add(row)
    tx.flush()
    add_step(tx, row, NewConcernStep(ConcernStepKind.RAISED, uuid4()))
    return row


@dataclass(frozen=True)
class NewConcernStep:
    """A step that the viewer is adding to a concern, with any text that the viewer has written."""

    kind: ConcernStepKind
    id: UUID
    words: str = ""
    passed: Passed | None = None


def add_step(tx: Transaction, row: ConcernRow, new: NewConcernStep) -> None:
    """Record what the viewer did about a concern. The caller must have locked the concern."""
    step = ConcernStepRow(id=new.id, kind=new.kind, by_id=tx.viewer.account_id)
    if new.words or new.passed:
        step.words = _box(tx).seal("concern_steps.words", step.id, [new.words, new.passed])
    _add(tx, row, step)


def add_telling(tx: Transaction, row: ConcernRow, telling: Telling, *, again: bool) -> None:
    """Record that somebody was told about a concern. ``again`` is True if the person has already had the same
    kind of notice about this concern.
    """
    first, later = (None, telling.account) if again else (telling.account, None)
    _add(tx, row, ConcernStepRow(id=uuid4(), kind=telling.of, told_id=first, by_id=later))


def _add(tx: Transaction, row: ConcernRow, step: ConcernStepRow) -> None:
    last = tx.scalar(select(func.max(ConcernStepRow.number)).where(ConcernStepRow.concern_id == row.id)) or 0
    step.concern_id, step.number, step.at = row.id, last + 1, tx.now
    tx.add(step)


def concern_row(tx: Transaction, viewer: Viewer, concern_id: UUID) -> ConcernRow:
    """Return a concern. Lock the concern until the transaction ends.

    Raise ``NotFound`` if the concern doesn't exist or the viewer may not see it.
    """
    row = locked(tx, concern_id)
    seen = select(Enrolment).join(ConcernRow, ConcernRow.enrolment_id == Enrolment.id)
    enrolment = tx.scalar(seen.where(visible(viewer), ConcernRow.id == concern_id))
    if enrolment is None or not _shows(viewer, row, enrolment):
        raise NotFound
    return row


def locked(tx: Transaction, concern_id: UUID) -> ConcernRow:
    """Lock a concern's enrolment and then the concern, and return the concern.

    Raise ``NotFound`` if the concern doesn't exist.
    """
    lock_of(tx, select(ConcernRow.enrolment_id).where(ConcernRow.id == concern_id).scalar_subquery())
    row = locks.lock_one(tx, select(ConcernRow).where(ConcernRow.id == concern_id))
    if row is None:
        raise NotFound
    return row


def _shows(viewer: Viewer, row: ConcernRow, enrolment: Enrolment) -> bool:
    """Return whether the viewer may see a concern.

    Leads see every concern. If somebody changed a concern or its enrolment directly in the database, show the
    concern only to leads.
    """
    return viewer.role is Role.LEAD or (row.intact and enrolment.intact)


def concern(tx: Transaction, row: ConcernRow) -> Concern:
    """Convert a concern's row to the ``Concern`` that the domain rules use."""
    practitioner = tx.get_one(Enrolment, row.enrolment_id).practitioner_id
    limits = Limits(row.take_by, row.finish_by)
    return Concern(ConcernKind(row.kind), ConcernState(row.state), limits, practitioner, row.taken_by)


def lines(
    tx: Transaction,
    viewer: Viewer,
    *,
    closed: tuple[bool, ...] = (False,),
    enrolment_id: UUID | None = None,
) -> list[ConcernLine]:
    """Return the concerns that the viewer may see.

    Open concerns come before closed concerns. Among the open concerns, and among the closed concerns, the
    oldest concern comes first. ``closed`` lists the states to include: False for open concerns, and True for
    closed concerns.
    """
    is_closed = ConcernRow.state == ConcernState.CLOSED
    query = (
        select(ConcernRow, Enrolment)
        .join(Enrolment, Enrolment.id == ConcernRow.enrolment_id)
        .where(visible(viewer), is_closed.in_(closed))
        .order_by(is_closed, ConcernRow.raised_at, ConcernRow.id)
    )
    if enrolment_id is not None:
        query = query.where(ConcernRow.enrolment_id == enrolment_id)
    rows = [(row, enrolment) for row, enrolment in tx.execute(query) if _shows(viewer, row, enrolment)]
    return _lines(tx, rows)


def open_and_overdue(tx: Transaction, now: datetime) -> tuple[int, int]:
    """Return the number of open concerns, and the number of overdue concerns."""
    overdue = case(
        (ConcernRow.state == ConcernState.NEW, ConcernRow.take_by <= now),
        (ConcernRow.state == ConcernState.TAKEN, ConcernRow.finish_by <= now),
    )
    counted = select(func.count(), func.count(case((overdue, 1))))
    found, late = tx.execute(counted.where(ConcernRow.state.in_(OPEN))).one()
    return found, late


def oldest_open(tx: Transaction) -> datetime | None:
    """Return when the oldest open concern was raised, or None."""
    return tx.scalar(select(func.min(ConcernRow.raised_at)).where(ConcernRow.state.in_(OPEN)))


def any_open(tx: Transaction, enrolment_id: UUID, *kinds: ConcernKind) -> bool:
    """Return whether this participant has an open concern. ``kinds`` limits the search to some kinds of
    concern.

    The caller must have locked the enrolment.
    """
    query = select(ConcernRow.id).where(ConcernRow.enrolment_id == enrolment_id, ConcernRow.state.in_(OPEN))
    if kinds:
        query = query.where(ConcernRow.kind.in_(kinds))
    return tx.scalar(query.limit(1)) is not None


def open_references(tx: Transaction) -> list[str]:
    """Return the references of participants with an open concern, in alphabetical order."""
    query = select(Enrolment.reference).join(ConcernRow, ConcernRow.enrolment_id == Enrolment.id)
    found = tx.scalars(query.where(ConcernRow.state.in_(OPEN)).distinct()).all()
    return sorted(found)


def lock_enrolment(tx: Transaction, concern_id: UUID) -> None:
    """Lock a concern's enrolment. A transaction must lock the enrolment before it locks the concern.

    Raise ``NotFound`` if the concern doesn't exist.
    """
    about = select(ConcernRow.enrolment_id).where(ConcernRow.id == concern_id).scalar_subquery()
    lock_of(tx, about)


def waiting(tx: Transaction) -> list[UUID]:
    """Return the ids of concerns for which Companion may still have to send a notice."""
    states = (ConcernState.NEW, ConcernState.TAKEN)
    return list(tx.scalars(select(ConcernRow.id).where(ConcernRow.state.in_(states))))


def tellings(tx: Transaction, concern_id: UUID) -> dict[Telling, datetime]:
    """Return when each person last got each kind of notice about a concern."""
    steps = tx.scalars(
        select(ConcernStepRow)
        .where(ConcernStepRow.concern_id == concern_id, ConcernStepRow.kind.in_(TELLINGS))
        .order_by(ConcernStepRow.number)
    )
    return {
        Telling(step.told, ConcernStepKind(step.kind)): step.at for step in steps if step.told and step.intact
    }


def opened(tx: Transaction, row: ConcernRow) -> OpenedConcern:
    """Return a concern with its text and steps.

    The caller must first record in the audit log that the viewer reads the concern.
    """
    box = _box(tx)
    content = msgspec.convert(box.open("concerns.content", row.id, row.content), Content)
    steps = tx.scalars(
        select(ConcernStepRow).where(ConcernStepRow.concern_id == row.id).order_by(ConcernStepRow.number)
    ).all()
    called = names_of(tx, {each for step in steps for each in (step.by_id, step.told_id)})
    raised_by = author(row, {row.raised_by: content.participant} | called, row.raised_by)
    (line,) = _lines(tx, [(row, tx.get_one(Enrolment, row.enrolment_id))])
    return OpenedConcern(
        line, content, raised_by, row.revision, [_step(box, step, called, content) for step in steps]
    )


def _step(box: Box, row: ConcernStepRow, called: dict[UUID, str], content: Content) -> ConcernStep:
    written: Any = box.open("concern_steps.words", row.id, row.words) if row.words else ["", None]
    words, passed = msgspec.convert(written, tuple[str, Passed | None])
    names = {row.by_id: content.participant} | called if row.by_id else called
    told, did = (row.told, None) if row.kind in TELLINGS else (None, row.by_id)
    by, to = ("" if not each else author(row, names, each) for each in (did, told))
    return ConcernStep(ConcernStepKind(row.kind), row.at, by, to, words, passed)


def _lines(tx: Transaction, rows: list[tuple[ConcernRow, Enrolment]]) -> list[ConcernLine]:
    past = handovers.past(tx, {enrolment.id for _, enrolment in rows})
    whose = {row.id: _whose(past, row, enrolment) for row, enrolment in rows}
    called = names_of(tx, {*whose.values(), *(row.taken_by for row, _ in rows)})
    return [
        ConcernLine(
            row.id,
            row.enrolment_id,
            enrolment.reference,
            called[whose[row.id]],
            concern(tx, row),
            row.raised_at,
            called[row.taken_by] if row.taken_by else "",
        )
        for row, enrolment in rows
    ]


def _whose(past: handovers.Past, row: ConcernRow, enrolment: Enrolment) -> UUID:
    """Return the practitioner whose name is shown with a concern. If the concern is about the practitioner,
    return the person who was the participant's practitioner when the concern was raised.
    """
    if row.kind != ConcernKind.ABOUT_PRACTITIONER:
        return enrolment.practitioner_id
    return past.practitioner(enrolment.id, row.raised_at, enrolment.practitioner_id)


def _box(tx: Transaction) -> Box:
    return tx.keys.box(CONCERNS)
