"""The paper route: blank sheets to print, and marking what came back on them."""

from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from companion.domain.people import Role
from companion.domain.refusals import ChangedElsewhere, Problem, Rejected
from companion.domain.sheets import questions
from companion.domain.signposts import Need
from companion.services import on_paper
from companion.store import enrolments
from companion.store import paper as store_paper
from companion.web import access, clock, current, held
from companion.web.fields import once, uuid
from companion.web.i18n import in_london
from companion.web.i18n import translate as _
from companion.web.public.help import each_number_once, entries_for


@access.roles(Role.PRACTITIONER)
def sheets(enrolment_id: UUID, work_id: UUID) -> ResponseReturnValue:
    """``GET /participants/<id>/work/<id>/sheets``: the work on blank sheets, to be printed."""
    with current.store().reading() as tx:
        case = enrolments.case(tx, enrolments.enrolment(tx, current.viewer(), enrolment_id))
        blank = store_paper.blank(tx, current.viewer(), enrolment_id, work_id)
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
def paper(enrolment_id: UUID, work_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /participants/<id>/work/<id>/paper``: mark it as done on paper; what was kept of it."""
    if request.method != "POST":
        return _page(enrolment_id, work_id)
    form = request.form
    try:
        on_paper.mark_done(
            current.store(),
            current.viewer(),
            enrolment_id,
            work_id,
            once(),
            form.get("day", ""),
            form.get("kept", ""),
            clock.now(),
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
    on_paper.take_back(current.store(), current.viewer(), enrolment_id, work_id, record_id, clock.now())
    flash(_("The mark is taken back. The work is open again, as it was."))
    return redirect(url_for("practitioner.paper", enrolment_id=enrolment_id, work_id=work_id), 303)


def _page(enrolment_id: UUID, work_id: UUID, problems: tuple[Problem, ...] = ()) -> str:
    g.page = url_for("practitioner.paper", enrolment_id=enrolment_id, work_id=work_id)
    now = clock.now()
    found = on_paper.open_record(current.store(), current.viewer(), enrolment_id, work_id, now)
    return render_template(
        "practitioner/paper.html",
        found=found,
        today=f"{in_london(now):%Y-%m-%d}",
        typed=held.form(),
        problems=problems,
    )
