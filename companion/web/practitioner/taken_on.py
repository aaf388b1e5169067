"""The page about a participant who was handed over, for the new practitioner."""

from uuid import UUID

from flask import render_template

from companion.domain.people import Role
from companion.services.caseloads.taken_on import open_taken_on
from companion.web.gate import access, current


@access.roles(Role.PRACTITIONER)
def taken_on(enrolment_id: UUID) -> str:
    """``GET /participants/<id>/taken-on``: show the most important facts about a participant after a
    handover.

    Whenever a practitioner opens this page, Companion records it in the audit log.
    """
    found = open_taken_on(current.actor(), enrolment_id)
    return render_template("practitioner/taken_on.html", found=found, case=found.case)
