"""The board: a caseload by the next appointment; first what cannot wait, then what waits to be read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from companion.domain.caseloads.board import (
    OF_PRACTITIONERS,
    OPEN_STAGES,
    OWING,
    READ_FIRST,
    NextStep,
    Show,
    next_step,
)
from companion.domain.caseloads.board_query import asked
from companion.domain.concerns.concerns import Concern
from companion.domain.meetings.appointments import Appointment
from companion.domain.people import Role, typed_reference
from companion.domain.work.work import Piece, Stage
from companion.store.base import Transaction
from companion.store.caseloads import board, board_facts
from companion.store.caseloads.board_facts import Kept
from companion.store.enrolments.enrolments import Case, theirs
from companion.store.meetings import appointments
from companion.store.meetings.appointments import due_of, next_among
from companion.store.messages import messages
from companion.store.notices import bounces, preferences
from companion.store.plan import summary
from companion.store.plan.summary import PlanSummary
from companion.store.work import work
from companion.web.gate import access, clock, current
from companion.web.practitioner.board_front import front_of

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


@access.roles(Role.PRACTITIONER)
def board_page() -> ResponseReturnValue:
    """``GET /caseload``: a page of it, filtered; or, for a reference, the way to that participant."""
    now, viewer = clock.now(), current.viewer()
    wanted = asked(request.args, OF_PRACTITIONERS)
    reference = request.args.get("reference", "").strip()
    with current.store().reading() as tx:
        found = board.with_reference(tx, theirs(viewer), typed_reference(reference)) if reference else None
        if found:
            return redirect(url_for("practitioner.participant", enrolment_id=found.id))
        erased = bool(reference) and board.was_erased(tx, viewer, typed_reference(reference))
        page = board.page(tx, theirs(viewer), wanted, OF_PRACTITIONERS, now, eyes_first=False)
        shown = [row.id for row in page.rows]
        front = front_of(tx, viewer, now)
        cases = board_facts.cases(tx, viewer, {*shown, *front.enrolments})
        rows = _rows(tx, cases, now)
        participants = [case.participant_id for case in cases.values()]
        failed = bounces.undelivered(tx, viewer, participants, now)
        set_aside = preferences.set_aside_notices(tx, participants)
        covering = messages.covered(tx, viewer, now)
    return render_template(
        "practitioner/board.html",
        rows=[rows[each] for each in shown],
        page=page,
        asked=wanted,
        reference=reference,
        erased=erased,
        is_front=wanted.show is Show.ALL and not wanted.state and page.paging.page == 1 and not reference,
        written=[rows[each] for each in front.written[:READ_FIRST] if each in rows],
        **front.shown(cases, (piece for row in rows.values() for piece in row.pieces)),
        failed=failed,
        set_aside=set_aside,
        covering=covering,
        names={case.id: case.participant for case in cases.values()},
        now=now,
    )


def _rows(tx: Transaction, cases: dict[UUID, Case], now: datetime) -> dict[UUID, BoardRow]:
    ids = list(cases)
    booked = appointments.appointments_of(tx, ids)
    pieces = work.pieces(tx, ids, own_titles=False, due=due_of(booked.values()))
    plans = summary.facts(tx, ids)
    raised = board_facts.open_concerns(tx, current.viewer(), ids)
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
