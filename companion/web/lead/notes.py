"""A lead looks at a practitioner's notes: by reference, with a reason that the practitioner sees."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from companion.domain.people import Role
from companion.domain.refusals import Rejected
from companion.services import noting
from companion.web import access, clock, current, held
from companion.web.fields import once


@access.roles(Role.LEAD)
def notes() -> ResponseReturnValue:
    """``GET`` and ``POST /lead/notes``: they are shown in reply alone, so that every look has its reason."""
    form = request.form
    if request.method != "POST":
        return render_template("lead/notes.html", found=None, typed=held.form(), problems=())
    reference, reason = form.get("reference", ""), form.get("reason", "")
    try:
        found = noting.look(current.store(), current.viewer(), once(), reference, reason, clock.now())
    except Rejected as rejected:
        return render_template("lead/notes.html", found=None, typed=form, problems=rejected.problems), 422
    return render_template("lead/notes.html", found=found, typed=form, problems=())
