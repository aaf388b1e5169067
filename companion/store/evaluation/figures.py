"""Load the data from which the anonymous figures are calculated, and store the calculated figures."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import msgspec
from sqlalchemy import JSON, Date, String, exists, func, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from companion.domain.enrolments.pathway import PathwayState
from companion.domain.evaluation.figures import (
    OTHERS,
    OVER,
    Block,
    Person,
    Piece,
    Stratum,
    came,
    ended,
    piece,
)
from companion.store import locks
from companion.store.activities.activities import ActivityRow, ActivityVersion
from companion.store.audit import AuditEntry, Event
from companion.store.base import Model, Transaction
from companion.store.enrolments.enrolments import Enrolment, EnrolmentStepRow
from companion.store.meetings.appointments import due_for
from companion.store.people import Account
from companion.store.work.rows import SubmissionRow, WorkRow


class FigureBlockRow(Model):
    """Figures about several participants, without anything that identifies a participant."""

    __tablename__ = "figure_blocks"

    number: Mapped[int] = mapped_column(unique=True)
    site: Mapped[str] = mapped_column(String(40))
    programme_id: Mapped[str] = mapped_column(String(40))
    programme_version: Mapped[int]
    month: Mapped[date] = mapped_column(Date)
    """The first day of the month in which these figures were calculated."""
    people: Mapped[int]
    workers: Mapped[int]
    atoms: Mapped[list[dict[str, Any]]] = mapped_column(JSON)


@dataclass(frozen=True)
class Over:
    """An ended enrolment that isn't in the anonymous figures yet."""

    row: Enrolment
    day: date
    number: int
    """Enrolments that ended on the same day are sorted by ``number``. An enrolment that was created earlier
    has a lower number.
    """

    @property
    def stratum(self) -> Stratum:
        """The enrolment's site and programme version, for the anonymous figures."""
        return Stratum(self.row.site, self.row.programme_id, self.row.programme_version)


def uncounted(tx: Transaction, *, lock: bool) -> list[Over]:
    """Return the enrolments whose programme is over, in the order of ending.

    Enrolments that never began the programme, or are already in the anonymous figures, are left out. With
    ``lock``, the returned enrolments are locked until the transaction ends.
    """
    in_programme = exists().where(
        EnrolmentStepRow.enrolment_id == Enrolment.id, EnrolmentStepRow.state == PathwayState.IN_PROGRAMME
    )
    query = select(Enrolment).where(Enrolment.state.in_(OVER), Enrolment.counted.is_(False), in_programme)
    found_over = locks.lock(tx, query) if lock else tx.scalars(query)
    rows = sorted(found_over, key=lambda row: (row.created_at, row.id))
    steps: dict[UUID, list[tuple[PathwayState, date]]] = defaultdict(list)
    found = select(EnrolmentStepRow.enrolment_id, EnrolmentStepRow.state, EnrolmentStepRow.day)
    those = found.where(EnrolmentStepRow.enrolment_id.in_([row.id for row in rows]))
    for enrolment_id, state, day in tx.execute(those.order_by(EnrolmentStepRow.number)):
        steps[enrolment_id].append((PathwayState(state), day))
    over = [
        Over(row, over_on, number)
        for number, row in enumerate(rows)
        if (over_on := ended(steps[row.id])) is not None
    ]
    return sorted(over, key=lambda each: (each.day, each.number))


def people(tx: Transaction, rows: Sequence[Enrolment]) -> list[Person]:
    """Return the facts about each enrolment that go into the anonymous figures.

    The number of queries doesn't depend on the number of enrolments.
    """
    accounts = [row.participant_id for row in rows]
    joined = dict(tx.execute(select(Account.id, Account.joined_at).where(Account.id.in_(accounts))).all())
    back = dict(
        tx.execute(
            select(AuditEntry.actor_id, func.min(AuditEntry.at))
            .where(AuditEntry.event == Event.SIGNED_IN, AuditEntry.actor_id.in_(accounts))
            .group_by(AuditEntry.actor_id)
        ).all()
    )
    pieces = _pieces(tx, [row.id for row in rows])
    return [
        Person(
            tuple(pieces[row.id]),
            came(joined[row.participant_id], back.get(row.participant_id)),
        )
        for row in rows
    ]


def _pieces(tx: Transaction, enrolments: list[UUID]) -> dict[UUID, list[Piece]]:
    """Return each enrolment's pieces of work, each with its first submission.

    Withdrawn work is left out if it was never submitted. Count all activities written for a single
    participant as one activity.
    """
    rows = tx.execute(
        select(
            WorkRow.enrolment_id,
            ActivityRow.slug,
            ActivityRow.enrolment_id.label("own"),
            WorkRow.due_id,
            WorkRow.on_paper_on,
            SubmissionRow.submitted_at,
            SubmissionRow.read_at,
            SubmissionRow.outcome_at,
        )
        .join(ActivityVersion, ActivityVersion.id == WorkRow.version_id)
        .join(ActivityRow, ActivityRow.id == ActivityVersion.activity_id)
        .outerjoin(SubmissionRow, (SubmissionRow.work_id == WorkRow.id) & (SubmissionRow.round == 1))
        .where(WorkRow.enrolment_id.in_(enrolments))
        .where(or_(WorkRow.withdrawn_at.is_(None), SubmissionRow.id.is_not(None)))
    )
    found: dict[UUID, list[Piece]] = defaultdict(list)
    due = due_for(tx, enrolments)
    for enrolment_id, slug, own, due_id, paper, *times in rows:
        counted = piece(OTHERS if own else slug, due[due_id].due_at, *times, on_paper=paper is not None)
        found[enrolment_id].append(counted)
    return found


def add_block(tx: Transaction, block: Block) -> FigureBlockRow:
    """Store anonymous figures about several participants as a new block.

    If two transactions add a block of figures at the same time, the second transaction fails.
    """
    number = (tx.scalar(select(func.max(FigureBlockRow.number))) or 0) + 1
    row = FigureBlockRow(
        id=uuid4(),
        number=number,
        site=block.stratum.site,
        programme_id=block.stratum.programme_id,
        programme_version=block.stratum.programme_version,
        month=block.month,
        people=block.people,
        workers=block.workers,
        atoms=msgspec.to_builtins(block.atoms),
    )
    tx.add(row)
    tx.flush()
    return row


def blocks(tx: Transaction) -> list[Block]:
    """Return the stored anonymous figures about each group of participants, the oldest first."""
    return [_block(row) for row in tx.scalars(select(FigureBlockRow).order_by(FigureBlockRow.number))]


def _block(row: FigureBlockRow) -> Block:
    stratum = Stratum(row.site, row.programme_id, row.programme_version)
    whole = {"stratum": stratum, "month": row.month, "people": row.people, "workers": row.workers}
    return msgspec.convert({**whole, "atoms": row.atoms}, Block)
