"""The paper route: blank sheets to print, and marking what came back on them."""

from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from companion.domain.people import Role
from companion.domain.refusals import ChangedElsewhere, Problem, Rejected
from companion.domain.signposts.signposts import Need
from companion.domain.work.paper_sheets import questions
from companion.services.work import paper
from companion.services.work.paper import PaperForm
from companion.store.enrolments import enrolments
from companion.store.work.paper import blank_sheets
from companion.web.gate import access, clock, current, parked_forms
from companion.web.page.form_fields import once, uuid
from companion.web.page.i18n import in_london
from companion.web.page.i18n import translate as _
from companion.web.public.help import each_number_once, entries_for


@access.roles(Role.PRACTITIONER)
def sheets(enrolment_id: UUID, work_id: UUID) -> ResponseReturnValue:
    """``GET /participants/<id>/work/<id>/sheets``: the work on blank sheets, to be printed."""
    with current.store().reading() as tx:
        case = enrolments.case(tx, enrolments.enrolment(tx, current.viewer(), enrolment_id))
        blank = blank_sheets(tx, current.viewer(), enrolment_id, work_id)
    now = clock.now()
    return render_template(
        "practitioner/sheets.html",
        case=case,
        blank=blank,
        questions=questions(blank.activity),
        helplines=entries_for(now, Need.OWN_BEHAVIOUR),
        others=each_number_once(entries_for(now, Need.HURT_MYSELF)),
    )


@access.roles(Role.PRACTITIONER)
def paper_page(enrolment_id: UUID, work_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /participants/<id>/work/<id>/paper``: mark it as done on paper; what was kept of it."""
    if request.method != "POST":
        return _page(enrolment_id, work_id)
    form = request.form
    try:
        paper.mark_done(
            current.actor(),
            enrolment_id,
            work_id,
            once(),
            PaperForm(form.get("day", ""), form.get("kept", "")),
        )
    except Rejected as rejected:
        return _page(enrolment_id, work_id, rejected.problems), 422
    except ChangedElsewhere:
        return _page(enrolment_id, work_id, (Problem("changed_elsewhere"),)), 409
    flash(_("The work is marked as done on paper."))
    return redirect(url_for("practitioner.participant", enrolment_id=enrolment_id), 303)


@access.roles(Role.PRACTITIONER)
def take_back(enrolment_id: UUID, work_id: UUID) -> ResponseReturnValue:
    """``POST /participants/<id>/work/<id>/paper/removal``: the work is open again; the mark stays on record."""
    record_id = uuid(request.form.get("record", ""))
    paper.take_back(current.actor(), enrolment_id, work_id, record_id)
    flash(_("The mark is taken back. The work is open again, as it was."))
    return redirect(url_for("practitioner.paper", enrolment_id=enrolment_id, work_id=work_id), 303)


def _page(enrolment_id: UUID, work_id: UUID, problems: tuple[Problem, ...] = ()) -> str:
    g.page = url_for("practitioner.paper", enrolment_id=enrolment_id, work_id=work_id)
    now = clock.now()
    found = paper.open_record(current.actor(), enrolment_id, work_id)
    return render_template(
        "practitioner/paper.html",
        found=found,
        today=f"{in_london(now):%Y-%m-%d}",
        typed=parked_forms.form(),
        problems=problems,
    )
