"""What participants say is wrong in what is held on them, and the answer to it."""

from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from companion.domain.people import Role
from companion.domain.refusals import ChangedElsewhere, Problem, Rejected
from companion.services.records import corrections
from companion.store import people
from companion.store.records.corrections import lines
from companion.web.gate import access, current, parked_forms
from companion.web.page.i18n import translate as _


@access.roles(Role.LEAD)
def corrections_page() -> ResponseReturnValue:
    """``GET /lead/corrections``"""
    with current.store().reading() as tx:
        waiting, answered = lines(tx, answered=False), lines(tx, answered=True)
        called = people.names_of(tx, (line.practitioner_id for line in waiting))
    return render_template("lead/corrections.html", waiting=waiting, answered=answered, called=called)


@access.roles(Role.LEAD)
def correction(correction_id: UUID) -> ResponseReturnValue:
    """``GET /lead/corrections/<id>``: every look is recorded."""
    return _page(correction_id)


@access.roles(Role.LEAD)
def answer(correction_id: UUID) -> ResponseReturnValue:
    """``POST /lead/corrections/<id>/answer``"""
    outcome, words = (request.form.get(name, "") for name in ("outcome", "answer"))
    try:
        corrections.answer(current.actor(), correction_id, outcome, words)
    except Rejected as rejected:
        return _page(correction_id, rejected.problems), 422
    except ChangedElsewhere:
        return _page(correction_id, (Problem("changed_elsewhere"),)), 409
    flash(_("He is told."))
    return redirect(url_for("lead.corrections"), 303)


def _page(correction_id: UUID, problems: tuple[Problem, ...] = ()) -> str:
    g.page = url_for("lead.correction", correction_id=correction_id)
    found = corrections.read(current.actor(), correction_id)
    return render_template("lead/correction.html", found=found, typed=parked_forms.form(), problems=problems)
