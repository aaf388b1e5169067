"""The brief, which a practitioner reads before a session. On paper, the brief takes at most two sheets."""

from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from companion.domain.people import Role
from companion.services.caseloads.brief import open_brief
from companion.web.gate import access, clock, current


@access.roles(Role.PRACTITIONER)
def brief(enrolment_id: UUID) -> ResponseReturnValue:
    """``GET /participants/<id>/brief``: show the brief.

    The audit log records who opens the brief. Opening the brief marks the submissions and messages on the
    page as read.
    """
    found = open_brief(current.actor(), enrolment_id)
    return render_template("practitioner/brief.html", brief=found, case=found.case, now=clock.now())
