"""The page with a participant's pathway, and the form for the next step."""

from uuid import UUID

from flask import g, render_template, url_for
from flask.typing import ResponseReturnValue

from companion.domain.enrolments.pathway import StepForm
from companion.domain.people import Role
from companion.domain.refusals import Problem, Rejected
from companion.services.caseloads import pathway_steps
from companion.web.gate import access, clock, current
from companion.web.page.form import done, takes
from companion.web.page.i18n import in_london
from companion.web.page.i18n import translate as _
from companion.web.practitioner.forms import Step


def _page(form: Step, enrolment_id: UUID) -> str:
    g.page = url_for("practitioner.path", enrolment_id=enrolment_id)
    found = pathway_steps.read_path(current.actor(), enrolment_id)
    form.begins_with(day=f"{in_london(clock.now()):%Y-%m-%d}")
    form.saw(found.case.state)
    return render_template("practitioner/path.html", path=found, form=form)


@access.roles(Role.PRACTITIONER)
@takes(Step, _page)
def path(form: Step, enrolment_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /participants/<id>/path``: show the pathway, and record a step.

    The audit log records each time that a practitioner opens the pathway.
    """
    if not form.to.data:
        raise Rejected(Problem("nothing_chosen", field="to"))
    typed = StepForm(form.seen.data, form.to.data, form.day.data, form.reason.data)
    confirmed = bool(form.confirmed.data)
    pathway_steps.move_on(
        current.actor(), enrolment_id, typed, new_id=form.once.id_of_new, confirmed=confirmed
    )
    return done(_("Status changed."), url_for("practitioner.participant", enrolment_id=enrolment_id))
