"""The board: a caseload by the next appointment; first what cannot wait, then what waits to be read."""

from dataclasses import dataclass

from flask import render_template
from flask.typing import ResponseReturnValue

from companion.domain.appointments import Appointment
from companion.domain.concerns import Kind
from companion.domain.people import Role
from companion.domain.work import Piece, Stage
from companion.store import appointments, concerns, messages, notices, plan_facts, undelivered, work
from companion.store.enrolments import Case
from companion.store.plan_facts import Facts
from companion.web import access, clock, current


@dataclass(frozen=True)
class Row:
    """One participant on the board: counts, states and dates, no words."""

    case: Case
    appointment: Appointment | None
    pieces: list[Piece]
    plan: Facts
    messages: int
    """How many of his nobody has read."""

    @property
    def unread(self) -> list[Piece]:
        """What is handed in and was not opened yet."""
        return [piece for piece in self.pieces if piece.stage is Stage.SUBMITTED]

    @property
    def unanswered(self) -> list[Piece]:
        """What was read and has no feedback yet."""
        return [piece for piece in self.pieces if piece.stage is Stage.READ]

    @property
    def shown(self) -> list[Piece]:
        """What is not finished, or was finished last: the rest stands on the participant's page."""
        going = [each for each in self.pieces if each.stage not in (Stage.ANSWERED, Stage.ON_PAPER)]
        return going or self.pieces[:1]

    @property
    def to_talk(self) -> int:
        """How many answers he would rather talk about, in what is handed in and not finished."""
        return sum(piece.to_talk for piece in self.unread + self.unanswered)


@access.roles(Role.PRACTITIONER)
def board() -> ResponseReturnValue:
    """``GET /caseload``"""
    now = clock.now()
    with current.store().reading() as tx:
        cases = appointments.caseload(tx, current.viewer(), now)
        ids = [case.id for case in cases]
        pieces = work.pieces(tx, ids)
        upcoming = appointments.next_appointments(tx, ids, now)
        plans = plan_facts.facts(tx, ids)
        theirs = [case.participant_id for case in cases]
        failed = undelivered.undelivered(tx, current.viewer(), theirs, now)
        set_aside = notices.set_aside(tx, theirs)
        unread = messages.unread(tx, ids)
        covering = messages.covered(tx, current.viewer(), now)
        told = [each for each in concerns.lines(tx, current.viewer()) if each.concern.kind is Kind.TOLD]
    rows = [
        Row(case, upcoming.get(case.id), pieces[case.id], plans[case.id], unread.get(case.id, 0))
        for case in cases
    ]
    return render_template(
        "practitioner/board.html",
        rows=rows,
        to_read=[(row, piece) for row in rows for piece in row.unread],
        told=told,
        failed=failed,
        set_aside=set_aside,
        covering=covering,
        names={case.id: case.participant for case in cases},
        now=now,
    )
