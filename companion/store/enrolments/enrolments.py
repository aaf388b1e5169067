"""Enrolments and their pathway steps. Queries return only enrolments that the viewer may see."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    LargeBinary,
    ScalarSelect,
    String,
    UniqueConstraint,
    event,
    false,
    func,
    select,
)
from sqlalchemy.orm import Mapped, QueryContext, mapped_column

from companion.domain.enrolments.pathway import EXPECTS_WORK, PathwayState, PathwayStep
from companion.domain.people import Role, Viewer, new_reference
from companion.domain.refusals import NotFound
from companion.domain.time.london import LONDON
from companion.store import keys, locks, people
from companion.store.base import Model, Transaction
from companion.store.keys import Box
from companion.store.people import ACCOUNTS, Account, names
from companion.store.row_binding import Bound
from companion.store.types import UtcDateTime


class Enrolment(Bound, Model):
    """The enrolment of a participant in a programme, with a practitioner and a site."""

    __tablename__ = "enrolments"
    __table_args__ = (
        Index("ix_enrolments_practitioner_id_state", "practitioner_id", "state"),
        # with all the columns that a lead's board sorts by in this index, SQLite reads only a third as much
        Index(
            "ix_enrolments_glance",
            *(
                "state",
                "concern_since",
                "unread_since",
                "due_from",
                "message_due",
                "next_at",
                "reference",
                "id",
                "erased_at",
            ),
        ),
    )
    BOUND = (
        "participant_id",
        "practitioner_id",
        "reference",
        "state",
        "state_since",
        "created_at",
        "erased_at",
    )

    participant_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), unique=True)
    practitioner_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    reference: Mapped[str] = mapped_column(String(10), unique=True)
    programme_id: Mapped[str] = mapped_column(String(40))
    programme_version: Mapped[int]
    site: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(20), index=True)
    """The current pathway state. ``EnrolmentStepRow`` contains the earlier pathway states."""
    state_since: Mapped[date]
    """The date (London) on which the current pathway state began."""
    topics_revision: Mapped[int] = mapped_column(default=0, server_default="0")
    """The number of times that the topic plan has been changed."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    evaluated: Mapped[bool] = mapped_column(default=False)
    """True if the participant has given an evaluation.

    Companion can't tell whose evaluation is whose, because it stores neither the time of an evaluation nor a
    link to the participant.
    """
    counted: Mapped[bool] = mapped_column(default=False)
    """True if the anonymous figures already include the participant.

    Companion doesn't store which participants were in the same group of five in the figures.
    """
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """The time at which the participant's data was erased.

    Only the enrolment, its steps and the records of concerns remain after an erasure.
    """
    # Boards are sorted by the following columns (see store/caseloads/sort_keys.py).
    next_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """The start of the next appointment.

    The appointment in ``next_at`` may be over, so a query must check that, and then find the next one.
    """
    unread_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    due_from: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """The earliest deadline of open work."""
    message_due: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """The earliest time by which somebody must read an unread message."""
    concern_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """The time at which the oldest open concern about the participant was raised.

    Only leads' boards may use this column.
    """
    to_talk: Mapped[int] = mapped_column(default=0)
    """The number of answers that the participant wants to talk about next time."""


class EnrolmentStepRow(Bound, Model):
    """A recorded step on an enrolment's pathway. A recorded step never changes."""

    __tablename__ = "enrolment_steps"
    __table_args__ = (UniqueConstraint("enrolment_id", "number"),)
    BOUND = ("enrolment_id", "number", "state", "day", "at", "by_id", "back")

    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolments.id"))
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(20))
    day: Mapped[date]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    reason: Mapped[bytes | None] = mapped_column(LargeBinary)
    back: Mapped[bool] = mapped_column(default=False)
    """True if this step undid the previous step."""


NOBODY = UUID(int=0)
"""The placeholder for the author of a pathway step that was changed outside Companion."""


@dataclass(frozen=True)
class ProgrammePlace:
    """An enrolment's programme, programme version and site."""

    programme_id: str
    programme_version: int
    site: str


@dataclass(frozen=True)
class Case:
    """An enrolment, as participant and practitioner see it."""

    id: UUID
    reference: str
    participant_id: UUID
    participant: str
    practitioner_id: UUID
    practitioner: str
    joined_at: datetime | None
    state: PathwayState
    state_since: date
    practitioner_left: bool = False
    """True if the practitioner has left the service.

    A lead must hand over the participants of a practitioner who has left.
    """
    language: str = "en"
    """The participant's language."""

    @property
    def takes_work(self) -> bool:
        """True if practitioners can set work for the enrolment."""
        return self.state in EXPECTS_WORK


def theirs(viewer: Viewer) -> ColumnElement[bool]:
    """Select a participant's own enrolment, or the enrolments in a practitioner's caseload."""
    if viewer.role is Role.PARTICIPANT:
        return (Enrolment.participant_id == viewer.account_id) & is_there()
    if viewer.role is Role.PRACTITIONER:
        return (Enrolment.practitioner_id == viewer.account_id) & is_there()
    return false()


def is_there() -> ColumnElement[bool]:
    """Select the enrolments that haven't been erased."""
    return Enrolment.erased_at.is_(None)


def by_reference(tx: Transaction, reference: str, *, keep: bool = False) -> Enrolment | None:
    """Return the enrolment with this reference, or None.

    ``keep`` locks the enrolment until the transaction ends.
    """
    there = select(Enrolment).where(Enrolment.reference == reference, is_there())
    row = locks.lock_one(tx, there) if keep else tx.scalar(there)
    return row if row and row.intact else None


def add_enrolment(
    tx: Transaction, new_id: UUID, participant: UUID, place: ProgrammePlace, state: PathwayState
) -> Enrolment:
    """Add an enrolment: give it a new reference and record its first step on the pathway. Return the
    enrolment.
    """
    reference = new_reference()
    while tx.scalar(select(Enrolment.id).where(Enrolment.reference == reference)):
        reference = new_reference()
    row = Enrolment(
        id=new_id,
        participant_id=participant,
        practitioner_id=tx.viewer.account_id,
        reference=reference,
        programme_id=place.programme_id,
        programme_version=place.programme_version,
        site=place.site,
        created_at=tx.now,
    )
    add_step(tx, row, NewStep(state, tx.now.astimezone(LONDON).date(), ""))
    return row


@dataclass(frozen=True)
class NewStep:
    """A new pathway step, which has already been checked."""

    state: PathwayState
    day: date
    reason: str
    id: UUID | None = None
    back_to: date | None = None
    """If this step undoes an earlier one, the day on which the state before the earlier step began."""


def add_step(tx: Transaction, row: Enrolment, step: NewStep) -> EnrolmentStepRow:
    """Add a step to an enrolment, and update the enrolment's pathway state. The caller must commit the
    transaction.
    """
    number = tx.scalar(select(func.count()).where(EnrolmentStepRow.enrolment_id == row.id)) or 0
    row.state, row.state_since = step.state, step.back_to or step.day
    tx.add(row)
    tx.flush()
    made = EnrolmentStepRow(
        id=step.id or uuid4(),
        enrolment_id=row.id,
        number=number + 1,
        state=step.state,
        day=step.day,
        at=tx.now,
        by_id=tx.viewer.account_id,
        back=step.back_to is not None,
    )
    if step.reason:
        made.reason = record_box(tx, row.id).seal("enrolment_steps.reason", made.id, step.reason)
    tx.add(made)
    tx.flush()
    return made


def steps(tx: Transaction, enrolment_id: UUID) -> list[PathwayStep]:
    """Return an enrolment's pathway steps, the oldest first.

    The caller must have checked that the viewer may see the enrolment.
    """
    box = record_box(tx, enrolment_id)
    rows = tx.scalars(
        select(EnrolmentStepRow)
        .where(EnrolmentStepRow.enrolment_id == enrolment_id)
        .order_by(EnrolmentStepRow.number)
    )
    return [
        PathwayStep(
            row.id,
            PathwayState(row.state),
            row.day,
            row.at,
            row.by_id if row.intact else NOBODY,
            box.open("enrolment_steps.reason", row.id, row.reason) if row.reason else "",
            row.back,
        )
        for row in rows
    ]


def enrolment(
    tx: Transaction, viewer: Viewer, enrolment_id: UUID | None = None, *, lock: bool = False
) -> Enrolment:
    """Return one of the viewer's enrolments. Without an id, return the participant's own enrolment.

    ``lock`` locks the enrolment until the transaction ends. Raise ``NotFound`` if the enrolment doesn't exist
    or the viewer isn't allowed to see it.
    """
    query = select(Enrolment).where(theirs(viewer))
    if enrolment_id is None:
        query = query.where(Enrolment.participant_id == viewer.account_id)
    else:
        query = query.where(Enrolment.id == enrolment_id)
    return reached(viewer, locks.lock_one(tx, query) if lock else tx.scalar(query))


def reached(viewer: Viewer, row: Enrolment | None) -> Enrolment:
    """Return the enrolment if the viewer may use the enrolment.

    Raise ``NotFound`` if there is no row. Staff get ``NotFound`` for a row that was changed outside
    Companion. Participants can always use their own enrolment, for example to tell us something that can't
    wait.
    """
    if row is None or not shows(viewer, row):
        raise NotFound
    return row


def of_anybody(tx: Transaction, enrolment_id: UUID, *, lock: bool = False) -> Enrolment | None:
    """Return an enrolment, or None, without checking who the viewer is.

    The caller must check whether the viewer may see the enrolment.
    """
    query = select(Enrolment).where(Enrolment.id == enrolment_id)
    return locks.lock_one(tx, query) if lock else tx.scalar(query)


def participants_of(tx: Transaction, references: Iterable[str]) -> dict[str, UUID]:
    """Return the participants' account ids, keyed by reference."""
    found = tx.execute(
        select(Enrolment.reference, Enrolment.participant_id).where(Enrolment.reference.in_(set(references)))
    )
    return dict(found.all())


def references_of(tx: Transaction, participants: Iterable[UUID]) -> dict[UUID, str]:
    """Return the participants' references, keyed by account id."""
    found = tx.execute(
        select(Enrolment.participant_id, Enrolment.reference).where(
            Enrolment.participant_id.in_(set(participants))
        )
    )
    return dict(found.all())


def lock_several(tx: Transaction, viewer: Viewer, ids: Iterable[UUID]) -> Sequence[Enrolment]:
    """Lock and return the viewer's own enrolments with the given ids."""
    rows = locks.lock(tx, select(Enrolment).where(theirs(viewer), Enrolment.id.in_(set(ids))))
    return [row for row in rows if shows(viewer, row)]


def with_account(tx: Transaction, viewer: Viewer, enrolment_id: UUID) -> tuple[Account, Enrolment]:
    """Lock one of the viewer's enrolments and the participant's account. Return both.

    Raise ``NotFound`` if the enrolment doesn't exist or the viewer isn't allowed to see it.
    """
    participant_id = enrolment(tx, viewer, enrolment_id).participant_id
    people.lock(tx, participant_id)
    locked = enrolment(tx, viewer, enrolment_id, lock=True)
    return people.account(tx, participant_id), locked


def lock_of(
    tx: Transaction, enrolment_id: ScalarSelect[UUID] | UUID, *those: ColumnElement[bool]
) -> Enrolment:
    """Lock and return an enrolment. Call this function before locking a row that belongs to the enrolment.

    Raise ``NotFound`` if there is no enrolment with this id, or if the enrolment doesn't meet the given
    conditions.
    """
    row = locks.lock_one(tx, select(Enrolment).where(Enrolment.id == enrolment_id, *those))
    if row is None:
        raise NotFound
    return row


def shows(viewer: Viewer, row: Enrolment) -> bool:
    """Return whether the viewer may see this enrolment.

    If somebody tampers with an enrolment in the database, hide it from staff but not from the participant.
    """
    return row.intact or viewer.role is Role.PARTICIPANT


def record_box(tx: Transaction, enrolment_id: UUID) -> Box:
    """Return the object that encrypts an enrolment's record with the participant's key."""
    participant = tx.get_one(Enrolment, enrolment_id).participant_id
    return tx.keys.box(keys.participant(participant))


def case(tx: Transaction, row: Enrolment) -> Case:
    """Return an enrolment with the participant's and the practitioner's names."""
    both = (row.participant_id, row.practitioner_id)
    people = {each.id: each for each in tx.scalars(ACCOUNTS, {"ids": both})}
    participant, practitioner = (people[each] for each in both)
    called = names(tx, people.values())
    return Case(
        row.id,
        row.reference,
        row.participant_id,
        called[row.participant_id],
        row.practitioner_id,
        called[row.practitioner_id],
        participant.joined_at,
        PathwayState(row.state),
        row.state_since,
        practitioner.left_at is not None,
        participant.language,
    )


@event.listens_for(Enrolment, "load")
def _hold(row: Enrolment, context: QueryContext) -> None:
    if isinstance(context.session, Transaction):
        context.session.hold(row)
