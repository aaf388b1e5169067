"""A practitioner's board: a caseload by the next appointment; first what can't wait, then what waits to be read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from companion.domain.caseloads.board import (
    OF_PRACTITIONERS,
    OPEN_STAGES,
    OWING,
    READ_FIRST,
    NextStep,
    next_step,
)
from companion.domain.caseloads.board_query import BoardQuery
from companion.domain.concerns.concerns import Concern, ConcernKind
from companion.domain.meetings.appointments import Appointment
from companion.domain.people import Viewer, typed_reference
from companion.domain.work.work import Piece, Stage
from companion.services.act import Actor
from companion.store import people
from companion.store.base import Transaction
from companion.store.caseloads import board, board_facts
from companion.store.caseloads.board import Page
from companion.store.caseloads.board_facts import Kept, WaitingSubmissions
from companion.store.concerns import concerns
from companion.store.concerns.concerns import ConcernLine
from companion.store.enrolments import handovers
from companion.store.enrolments.enrolments import Case, theirs
from companion.store.enrolments.handovers import HandoverRow
from companion.store.meetings import appointments
from companion.store.meetings.appointments import due_of, next_among
from companion.store.messages import messages
from companion.store.messages.messages import Covered
from companion.store.notices import bounces, preferences
from companion.store.notices.bounces import Undelivered
from companion.store.plan import summary
from companion.store.plan.summary import PlanSummary
from companion.store.work import piece_list

BRIEF_BEFORE = timedelta(days=2)
PIECES_SHOWN = 3
"""Pieces of work of one participant on a board; his page shows the others."""


@dataclass(frozen=True)
class BoardRow:
    """One participant on the board: counts, states and dates, no words."""

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
        """What to do next, and with which piece."""
        return next_step(self.case.state, self.appointment is not None, self.pieces)

    @property
    def meets_soon(self) -> bool:
        """Whether the next meeting is within two days: then the brief is what is wanted."""
        return self.appointment is not None and self.appointment.starts_at < self.now + BRIEF_BEFORE

    @property
    def shown(self) -> Sequence[Piece]:
        """What is not finished, or was finished last: the rest stands on the participant's page."""
        return self._going[:PIECES_SHOWN] or self.pieces[:1]

    @property
    def more(self) -> int:
        """How many that are not finished do not stand here."""
        return max(0, len(self._going) - PIECES_SHOWN)

    @property
    def to_talk(self) -> int:
        """How many answers they would rather talk about, until a meeting after that was attended."""
        return self.kept.to_talk

    def overdue(self, piece: Piece) -> bool:
        """Whether it is still open though its appointment has come."""
        due = piece.due.due_at
        late = piece.stage in OPEN_STAGES and due is not None and due <= self.now
        return late and self.case.state in OWING

    @property
    def _going(self) -> Sequence[Piece]:
        """What waits for the practitioner stands in front, then what is due first."""
        going = [piece for piece in self.pieces if piece.stage not in (Stage.ANSWERED, Stage.ON_PAPER)]
        waits = (Stage.SUBMITTED, Stage.READ)
        return sorted(going, key=lambda piece: (piece.stage not in waits, piece.due.starts_at))


@dataclass(frozen=True)
class Front:
    """Of whom something is there, oldest first; the page shows the first few of each list."""

    waiting: WaitingSubmissions
    told: Sequence[ConcernLine]
    written: Sequence[UUID]
    taken_on: Sequence[HandoverRow]
    from_whom: Mapping[UUID, str]
    to_note: Sequence[tuple[UUID, Appointment]]

    @property
    def enrolments(self) -> set[UUID]:
        """Whose cases the page needs."""
        found = {enrolment for enrolment, _ in self.waiting.first} | {line.enrolment_id for line in self.told}
        found.update(row.enrolment_id for row in self.taken_on)
        found.update(self.written[:READ_FIRST], (enrolment for enrolment, _ in self.to_note[:READ_FIRST]))
        return found


@dataclass(frozen=True)
class Board:
    """What one page of it shows, without anybody who was erased just then."""

    page: Page
    rows: list[BoardRow]
    told: list[ConcernLine]
    """What they have told that can't wait."""
    taken_on: list[tuple[Case, str, datetime]]
    """Whom they were handed over, by whom and when."""
    to_read: list[tuple[Case, Piece]]
    unread: int
    """How many there are to read, of which ``to_read`` are the first."""
    written: list[BoardRow]
    have_written: int
    to_note: list[tuple[Case, Appointment]]
    """The meetings that nobody has noted the attendance of."""
    all_to_note: int
    names: dict[UUID, str]
    erased: bool
    """Whether nothing is left of the one whose reference was looked for."""
    failed: dict[UUID, list[Undelivered]]
    """What could not be delivered, by participant."""
    set_aside: set[UUID]
    """To which participants nothing is sent any more."""
    covering: list[Covered]


def with_reference(actor: Actor, reference: str) -> UUID | None:
    """Which of the viewer's own enrolments has this reference, as it was typed."""
    with actor.store.reading() as tx:
        found = board.with_reference(tx, theirs(actor.viewer), typed_reference(reference))
        return found.id if found else None


def open_board(actor: Actor, wanted: BoardQuery, reference: str) -> Board:
    """Open a page of the viewer's board. ``reference`` is what was looked for in vain, if anything was."""
    viewer, now = actor.viewer, actor.now
    with actor.store.reading() as tx:
        page = board.page(tx, theirs(viewer), wanted, OF_PRACTITIONERS, now, eyes_first=False)
        front = _front(tx, viewer, now)
        cases = board_facts.cases(tx, viewer, {*(row.id for row in page.rows), *front.enrolments})
        rows = _rows(tx, viewer, cases, now)
        participants = [case.participant_id for case in cases.values()]
        erased = bool(reference) and board.was_erased(tx, viewer, typed_reference(reference))
        failed = bounces.undelivered(tx, viewer, participants, now)
        set_aside = preferences.set_aside_notices(tx, participants)
        covering = messages.covered(tx, viewer, now)
    by_submission = {piece.submission_id: piece for row in rows.values() for piece in row.pieces}
    return Board(
        page=page,
        rows=[rows[row.id] for row in page.rows],
        told=[line for line in front.told if line.enrolment_id in cases],
        taken_on=[
            (cases[row.enrolment_id], front.from_whom[row.from_id], row.at)
            for row in front.taken_on
            if row.enrolment_id in cases
        ],
        to_read=[
            (cases[whose], by_submission[each]) for whose, each in front.waiting.first if whose in cases
        ],
        unread=front.waiting.count,
        written=[rows[each] for each in front.written[:READ_FIRST] if each in rows],
        have_written=len(front.written),
        to_note=[(cases[whose], met) for whose, met in front.to_note[:READ_FIRST] if whose in cases],
        all_to_note=len(front.to_note),
        names={case.id: case.participant for case in cases.values()},
        erased=erased,
        failed=failed,
        set_aside=set_aside,
        covering=covering,
    )


def _rows(tx: Transaction, viewer: Viewer, cases: Mapping[UUID, Case], now: datetime) -> dict[UUID, BoardRow]:
    ids = list(cases)
    booked = appointments.appointments_of(tx, ids)
    pieces = piece_list.pieces(tx, ids, own_titles=False, due=due_of(booked.values()))
    plans = summary.facts(tx, ids)
    raised = board_facts.open_concerns(tx, viewer, ids)
    unread = messages.unread(tx, ids)
    kept = board_facts.kept(tx, ids)
    return {
        case.id: BoardRow(
            case,
            next_among(booked[case.id], now),
            pieces[case.id],
            plans[case.id],
            raised[case.id],
            unread.get(case.id, 0),
            kept[case.id],
            now,
        )
        for case in cases.values()
    }


def _front(tx: Transaction, viewer: Viewer, now: datetime) -> Front:
    """Return what is in front of this practitioner's board."""
    taken_on = handovers.unopened(tx, viewer, now)
    return Front(
        board_facts.waiting(tx, viewer, READ_FIRST, now),
        [each for each in concerns.lines(tx, viewer) if each.concern.kind is ConcernKind.TOLD],
        board_facts.have_written(tx, viewer),
        taken_on,
        people.names_of(tx, (row.from_id for row in taken_on)),
        board_facts.to_note(tx, viewer, now),
    )
