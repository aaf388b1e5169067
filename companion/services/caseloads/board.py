"""A practitioner's board.

The board shows the practitioner's queue first. Below the queue is the caseload, sorted by next appointment.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from companion.domain.caseloads.board import (
    OF_PRACTITIONERS,
    OPEN_STAGES,
    OWING,
    NextStep,
    next_step,
)
from companion.domain.caseloads.board_query import BoardQuery
from companion.domain.caseloads.queue import ROWS, START, Place, Reason
from companion.domain.concerns.concerns import Concern
from companion.domain.meetings.appointments import Appointment
from companion.domain.people import Viewer, typed_reference
from companion.domain.work.work import Piece, Stage
from companion.services.act import Actor
from companion.services.caseloads.queue import Details, QueueLine, lines
from companion.store import people
from companion.store.base import Transaction
from companion.store.caseloads import board, board_facts, queue
from companion.store.caseloads.board import Page
from companion.store.caseloads.board_facts import Kept, OnBoard
from companion.store.caseloads.queue import Queue, Wanted
from companion.store.concerns import concerns
from companion.store.concerns.concerns import ConcernLine
from companion.store.enrolments import handovers
from companion.store.enrolments.enrolments import Case, theirs
from companion.store.meetings import absence, appointments
from companion.store.meetings.appointments import due_of, next_among
from companion.store.messages import messages
from companion.store.messages.messages import Covered
from companion.store.notices import bounces
from companion.store.notices.bounces import Undelivered
from companion.store.plan.summary import PlanSummary
from companion.store.work import piece_list

BRIEF_BEFORE = timedelta(days=2)
PIECES_SHOWN = 3
"""The maximum number of pieces of work that the board shows for each participant."""


@dataclass(frozen=True)
class BoardRow:
    """A participant's row on the board, without anything that the participant wrote."""

    case: Case
    appointment: Appointment | None
    pieces: Sequence[Piece]
    plan: PlanSummary
    concerns: Sequence[Concern]
    messages: int
    kept: Kept
    now: datetime

    @property
    def step(self) -> tuple[NextStep, Piece | None]:
        """Return the participant's next step, and the piece of work for that step."""
        return next_step(self.case.state, self.appointment is not None, self.pieces)

    @property
    def meets_soon(self) -> bool:
        """True if the next meeting is within two days."""
        return self.appointment is not None and self.appointment.starts_at < self.now + BRIEF_BEFORE

    @property
    def shown(self) -> Sequence[Piece]:
        """Return the open pieces of work that the board shows. If no piece of work is open, return the latest
        piece.
        """
        return self._going[:PIECES_SHOWN] or self.pieces[:1]

    @property
    def more(self) -> int:
        """Return the number of open pieces of work that the board doesn't show."""
        return max(0, len(self._going) - PIECES_SHOWN)

    @property
    def to_talk(self) -> int:
        """Return how many answers the participant still wants to talk about."""
        return self.kept.to_talk

    def overdue(self, piece: Piece) -> bool:
        """True if this work is open although its appointment has passed, and the participant's pathway state
        still expects the work.
        """
        due = piece.due.due_at
        late = piece.stage in OPEN_STAGES and due is not None and due <= self.now
        return late and self.case.state in OWING

    @property
    def _going(self) -> Sequence[Piece]:
        """Return the open pieces of work.

        Work that needs the practitioner's response comes first, then other work by due date.
        """
        going = [piece for piece in self.pieces if piece.stage not in (Stage.ANSWERED, Stage.ON_PAPER)]
        waits = (Stage.SUBMITTED, Stage.READ)
        return sorted(going, key=lambda piece: (piece.stage not in waits, piece.due.starts_at))


@dataclass(frozen=True)
class Board:
    """The data for one page of the board. The page leaves out erased participants."""

    page: Page
    rows: list[BoardRow]
    queue: list[QueueLine]
    """The queue rows on this page, in order."""
    to_do: int
    """The number of rows in the whole queue."""
    queue_goes_on: Place | None
    """The queue position of this page's last row, or None at the queue's end."""
    erased: bool
    """True if the viewer searched for an erased participant."""
    failed: dict[UUID, list[Undelivered]]
    """The emails that couldn't be delivered, keyed by participant."""
    set_aside: set[UUID]
    """Participants who get no more emails, because the mail server kept refusing them."""
    covering: list[Covered]


def with_reference(actor: Actor, reference: str) -> UUID | None:
    """Return the enrolment id of the participant with this reference, or None if they aren't the viewer's.

    The search ignores spaces, hyphens and capitals in the reference.
    """
    with actor.store.reading() as tx:
        found = board.with_reference(tx, theirs(actor.viewer), typed_reference(reference))
        return found.id if found else None


def next_to_answer(actor: Actor, but: UUID) -> UUID | None:
    """Return the next submission that the viewer should respond to, or None. Leave out one submission
    (``but``): the viewer has just sent feedback on it.
    """
    with actor.store.reading() as tx:
        return queue.next_submission(tx, actor.viewer, but, actor.now)


def open_board(actor: Actor, wanted: BoardQuery, reference: str, place: Place = START) -> Board:
    """Return a page of the viewer's board. The page shows the part of the queue that follows the position
    ``place``.

    ``reference`` is the text of a search that found no participant, or an empty string.
    """
    viewer, now = actor.viewer, actor.now
    with actor.store.reading() as tx:
        page = board.page(
            *(tx, theirs(viewer), wanted, OF_PRACTITIONERS, now),
            eyes_first=False,
            author_id=viewer.account_id,
        )
        covered = absence.covered_by(tx, viewer, now)
        waits = queue.after(tx, viewer, Wanted(covered, ROWS + 1, place), now)
        concerned = concerns.lines(tx, viewer)
        unnoted = [row.subject_id for row in waits.rows if row.reason is Reason.UNNOTED]
        there = board_facts.on_board(
            tx, viewer, {*page.ids, *(row.enrolment_id for row in waits.rows)}, unnoted
        )
        cases = {each: found.case for each, found in there.items()}
        booked = appointments.appointments_of(tx, there)
        rows = _rows(tx, there, booked, concerned, now)
        erased = bool(reference) and board.was_erased(tx, viewer, typed_reference(reference))
        participants = [case.participant_id for case in cases.values()]
        delivered = bounces.deliveries(tx, viewer, participants, now)
        covering = messages.threads_of(tx, covered)
        pieces = {each: row.pieces for each, row in rows.items()}
        started = {found.started for found in there.values() if found.started}
        handed_over = _handed_over(tx, viewer, waits, now)
        details = Details(cases, pieces, booked, concerned, covering, handed_over, started)
    return Board(
        page=page,
        rows=[rows[each] for each in page.ids if each in rows],
        queue=lines(waits.rows[:ROWS], details),
        to_do=waits.total,
        queue_goes_on=waits.rows[ROWS - 1].place if len(waits.rows) > ROWS else None,
        erased=erased,
        failed={whose: each.failed for whose, each in delivered.items() if each.failed},
        set_aside={whose for whose, each in delivered.items() if each.set_aside},
        covering=covering,
    )


def _handed_over(tx: Transaction, viewer: Viewer, waits: Queue, now: datetime) -> dict[UUID, str]:
    """Return the former practitioner's name for each unread handover, keyed by handover."""
    if not any(row.reason is Reason.TAKEN_ON for row in waits.rows):
        return {}
    unopened = handovers.unopened(tx, viewer, now)
    before = people.names_of(tx, (row.from_id for row in unopened))
    return {row.id: before[row.from_id] for row in unopened}


def _rows(
    tx: Transaction,
    there: Mapping[UUID, OnBoard],
    booked: Mapping[UUID, Sequence[Appointment]],
    concerned: Sequence[ConcernLine],
    now: datetime,
) -> dict[UUID, BoardRow]:
    pieces = piece_list.pieces(tx, there, own_titles=False, due=due_of(booked.values()))
    return {
        each: BoardRow(
            found.case,
            next_among(booked[each], now),
            pieces[each],
            found.plan,
            [line.concern for line in concerned if line.enrolment_id == each],
            found.messages,
            found.kept,
            now,
        )
        for each, found in there.items()
    }
