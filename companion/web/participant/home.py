"""Where a participant begins: one clear next step, and what stands where."""

from dataclasses import dataclass

from flask import render_template
from flask.typing import ResponseReturnValue

from companion.domain.appointments import Appointment
from companion.domain.people import Role
from companion.domain.work import Piece, next_step
from companion.store import appointments, work
from companion.web import access, clock, current


@dataclass(frozen=True)
class Home:
    """What the page shows."""

    appointment: Appointment | None
    practitioner: str
    pieces: list[Piece]
    step: Piece | None


@access.roles(Role.PARTICIPANT)
def home() -> ResponseReturnValue:
    """``GET /my/``"""
    now = clock.now()
    with current.store().reading() as tx:
        case = appointments.case(tx, appointments.enrolment(tx, current.viewer()))
        pieces = work.pieces(tx, [case.id])[case.id]
        upcoming = appointments.next_appointments(tx, [case.id], now).get(case.id)
    step = next_step(pieces)
    return render_template(
        "participant/home.html", now=now, home=Home(upcoming, case.practitioner, pieces, step)
    )
