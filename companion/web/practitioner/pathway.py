"""Where a participant stands on the path, how he came there, and the next step."""

from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from companion.domain.enrolments.pathway import StepForm
from companion.domain.people import Role
from companion.domain.refusals import ChangedElsewhere, Problem, Rejected
from companion.services.caseloads import pathway_steps
from companion.web.gate import access, clock, current, parked_forms
from companion.web.page.form_fields import once
from companion.web.page.i18n import in_london
from companion.web.page.i18n import translate as _


@access.roles(Role.PRACTITIONER)
def path(enrolment_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /participants/<id>/path``: every look at it is recorded, since reasons stand there."""
    if request.method != "POST":
        return _page(enrolment_id)
    form = request.form
    if not form.get("to"):
        return _page(enrolment_id, (Problem("nothing_chosen", field="to"),)), 422
    try:
        pathway_steps.move_on(
            current.actor(),
            enrolment_id,
            StepForm(form.get("seen", ""), form["to"], form.get("day", ""), form.get("reason", "")),
            new_id=once(),
            confirmed="confirmed" in form,
        )
    except Rejected as rejected:
        return _page(enrolment_id, rejected.problems), 422
    except ChangedElsewhere:
        return _page(enrolment_id, conflict=True), 409
    flash(_("The step is taken."))
    return redirect(url_for("practitioner.participant", enrolment_id=enrolment_id), 303)


def _page(enrolment_id: UUID, problems: tuple[Problem, ...] = (), *, conflict: bool = False) -> str:
    g.page = url_for("practitioner.path", enrolment_id=enrolment_id)
    found = pathway_steps.read_path(current.actor(), enrolment_id)
    typed = parked_forms.form()
    return render_template(
        "practitioner/path.html",
        path=found,
        typed=typed,
        seen=found.case.state if conflict else typed.get("seen", found.case.state),
        today=in_london(clock.now()).date(),
        problems=problems,
        conflict=conflict,
    )
