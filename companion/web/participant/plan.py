"""The plan's place."""

from flask import render_template
from flask.typing import ResponseReturnValue

from companion.domain.people import Role
from companion.store import appointments
from companion.web import access, current


@access.roles(Role.PARTICIPANT)
def plan() -> ResponseReturnValue:
    """``GET /my/plan``: empty for now, and honest about it."""
    with current.store().reading() as tx:
        case = appointments.case(tx, appointments.enrolment(tx, current.viewer()))
    return render_template("participant/plan.html", practitioner=case.practitioner)
