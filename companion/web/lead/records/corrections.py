"""The pages on which a lead answers participants' correction requests."""

from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from companion.domain.people import Role
from companion.services.records import corrections
from companion.store import people
from companion.store.records.corrections import lines
from companion.web.gate import access, current
from companion.web.lead.forms import Correction
from companion.web.page.form import done, takes
from companion.web.page.i18n import translate as _


@access.roles(Role.LEAD)
def corrections_page() -> ResponseReturnValue:
    """``GET /lead/corrections``: list the correction requests."""
    with current.store().reading() as tx:
        waiting, answered = lines(tx, answered=False), lines(tx, answered=True)
        called = people.names_of(tx, (line.practitioner_id for line in waiting))
    return render_template("lead/corrections.html", waiting=waiting, answered=answered, called=called)


def _page(form: Correction, correction_id: UUID) -> str:
    found = corrections.read(current.actor(), correction_id)
    return render_template("lead/correction.html", found=found, form=form)


@access.roles(Role.LEAD)
@takes(Correction, _page)
def correction(form: Correction, correction_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /lead/corrections/<id>``: show and answer a correction request.

    The audit log records each time that a lead opens a correction request.
    """
    corrections.answer(current.actor(), correction_id, form.outcome.data, form.answer.data)
    return done(_("They've been told."), url_for("lead.corrections"))
