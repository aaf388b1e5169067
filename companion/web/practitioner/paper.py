"""The pages for work on paper."""

from uuid import UUID

from flask import g, render_template, url_for
from flask.typing import ResponseReturnValue

from companion.domain.people import Role
from companion.domain.signposts.signposts import Need
from companion.domain.work.paper_sheets import questions
from companion.services.work import paper
from companion.services.work.paper import PaperForm
from companion.store.enrolments import enrolments
from companion.store.work.paper import blank_sheets
from companion.web.gate import access, clock, current
from companion.web.page.form import done, takes
from companion.web.page.i18n import in_london
from companion.web.page.i18n import translate as _
from companion.web.practitioner.forms import Paper, PaperTakenBack
from companion.web.public.help import each_number_once, entries_for


@access.roles(Role.PRACTITIONER)
def sheets(enrolment_id: UUID, work_id: UUID) -> ResponseReturnValue:
    """``GET /participants/<id>/work/<id>/sheets``: print a piece of work as blank sheets."""
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


def _page(form: Paper, enrolment_id: UUID, work_id: UUID) -> str:
    g.page = url_for("practitioner.paper", enrolment_id=enrolment_id, work_id=work_id)
    form.begins_with(day=f"{in_london(clock.now()):%Y-%m-%d}")
    found = paper.open_record(current.actor(), enrolment_id, work_id)
    return render_template("practitioner/paper.html", found=found, form=form)


@access.roles(Role.PRACTITIONER)
@takes(Paper, _page)
def paper_page(form: Paper, enrolment_id: UUID, work_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /participants/<id>/work/<id>/paper``: record that work was done on paper."""
    record_id, typed = form.once.id_of_new, PaperForm(form.day.data, form.kept.data)
    paper.mark_done(current.actor(), enrolment_id, work_id, record_id, typed)
    return done(
        _("Work marked as done on paper."),
        url_for("practitioner.participant", enrolment_id=enrolment_id),
    )


@access.roles(Role.PRACTITIONER)
@takes(PaperTakenBack)
def take_back(form: PaperTakenBack, enrolment_id: UUID, work_id: UUID) -> ResponseReturnValue:
    """``POST /participants/<id>/work/<id>/paper/removal``: let the participant do the work on screen again.
    Mark the record of the work on paper as cancelled instead of deleting it.
    """
    paper.take_back(current.actor(), enrolment_id, work_id, form.record.data)
    page = url_for("practitioner.paper", enrolment_id=enrolment_id, work_id=work_id)
    return done(_("Undone. The work is open again, as it was."), page)
