"""Where a participant begins: one clear next step, and what stands where."""

from dataclasses import dataclass
from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from companion.domain.appointments import Appointment
from companion.domain.london import LONDON
from companion.domain.people import Role
from companion.domain.work import Piece, next_step
from companion.services import evaluating
from companion.store import appointments, enrolments, plan, work
from companion.web import access, clock, current


@dataclass(frozen=True)
class Home:
    """What the page shows."""

    appointment: Appointment | None
    practitioner: str
    pieces: list[Piece]
    step: Piece | None
    suggestion: UUID | None
    """The first suggestion for his plan that waits for his word."""
    review_due: bool
    first_part: str
    """Where the conversation begins that builds a plan; empty once he has one."""
    evaluation: bool
    """Whether he may say how the programme was for him."""


@access.roles(Role.PARTICIPANT)
def home() -> ResponseReturnValue:
    """``GET /my/``"""
    now = clock.now()
    with current.store().reading() as tx:
        case = enrolments.case(tx, enrolments.enrolment(tx, current.viewer()))
        pieces = work.pieces(tx, [case.id])[case.id]
        upcoming = appointments.next_appointments(tx, [case.id], now).get(case.id)
        his_plan = plan.plan(tx, case.id)
        his_evaluation = evaluating.standing(tx, current.viewer(), unapproved_too=current.unapproved_too())
    suggestion = his_plan.suggestions[0].id if his_plan.suggestions else None
    step = next_step(pieces)
    shown = Home(
        upcoming,
        case.practitioner,
        pieces,
        step,
        suggestion,
        his_plan.asks_for_review(now.astimezone(LONDON).date()),
        "" if his_plan.versions else his_plan.parts.asked[0].id,
        his_evaluation.questions is not None,
    )
    return render_template("participant/home.html", now=now, home=shown)
