"""What participants say is wrong in what is held on them, and the answer to it."""

from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from companion.domain.people import Role
from companion.domain.refusals import ChangedElsewhere, Problem, Rejected
from companion.services import correcting
from companion.store import corrections as store
from companion.store import people
from companion.web import access, clock, current, held
from companion.web.i18n import translate as _


@access.roles(Role.LEAD)
def corrections() -> ResponseReturnValue:
    """``GET /lead/corrections``"""
    with current.store().reading() as tx:
        waiting, answered = store.lines(tx, answered=False), store.lines(tx, answered=True)
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
        correcting.answer(current.store(), current.viewer(), correction_id, outcome, words, clock.now())
    except Rejected as rejected:
        return _page(correction_id, rejected.problems), 422
    except ChangedElsewhere:
        return _page(correction_id, (Problem("changed_elsewhere"),)), 409
    flash(_("He is told."))
    return redirect(url_for("lead.corrections"), 303)


def _page(correction_id: UUID, problems: tuple[Problem, ...] = ()) -> str:
    g.page = url_for("lead.correction", correction_id=correction_id)
    found = correcting.read(current.store(), current.viewer(), correction_id, clock.now())
    return render_template("lead/correction.html", found=found, typed=held.form(), problems=problems)
