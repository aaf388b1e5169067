"""The page about the new practitioner after a handover."""

from flask import render_template
from flask.typing import ResponseReturnValue

from companion.domain.people import Role
from companion.services.caseloads import handover
from companion.store.enrolments import enrolments
from companion.store.enrolments.enrolments import Case
from companion.web.gate import access, current
from companion.web.page.i18n import translate as _


@access.roles(Role.PARTICIPANT)
def practitioner() -> ResponseReturnValue:
    """``GET /my/practitioner``: say who the participant's new practitioner is, and what stays the same."""
    found = handover.read_of_it(current.actor())
    with current.store().reading() as tx:
        case = enrolments.case(tx, enrolments.enrolment(tx, current.viewer()))
    return render_template("participant/practitioner.html", handover=found, case=case)


def who_reads(case: Case) -> str:
    """Return the practitioner's name, or *Your next practitioner* if the practitioner has left."""
    return _("Your next practitioner") if case.practitioner_left else case.practitioner
