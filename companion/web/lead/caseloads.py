"""A practitioner's caseload by reference, and handing it over: each of it, or all at once."""

from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from companion.domain.people import Role
from companion.domain.refusals import ChangedElsewhere, Problem, Rejected
from companion.services.caseloads import handover
from companion.services.caseloads.handover import HandoverForm
from companion.store import people
from companion.store.caseloads import by_reference
from companion.web.gate import access, clock, current, parked_forms
from companion.web.page.form_fields import once, uuid
from companion.web.page.i18n import translate_plural as _n


@access.roles(Role.LEAD)
def caseload(account_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /lead/staff/<practitioner>/caseload``: no name of a participant, and no word."""
    if request.method != "POST":
        return _page(account_id)
    form = request.form
    chosen = [found for found in map(uuid, form.getlist("who")) if found]
    try:
        many = handover.hand_over_several(
            current.actor(),
            account_id,
            chosen,
            once(),
            HandoverForm(uuid(form.get("to", "")), form.get("reason", "")),
        )
    except Rejected as rejected:
        return _page(account_id, rejected.problems), 422
    except ChangedElsewhere:
        return _page(account_id, conflict=True), 409
    said = _n("One participant is handed over.", "%(num)s participants are handed over.", many)
    flash(said % {"num": many})
    return redirect(url_for("lead.caseload", account_id=account_id), 303)


def _page(account_id: UUID, problems: tuple[Problem, ...] = (), *, conflict: bool = False) -> str:
    g.page = url_for("lead.caseload", account_id=account_id)
    with current.store().reading() as tx:
        whose = by_reference.practitioner(tx, current.viewer(), account_id)
        lines = by_reference.of_practitioner(tx, current.viewer(), account_id, clock.now())
        others = people.practitioners(tx, but=account_id)
    typed = parked_forms.form()
    return render_template(
        "lead/caseload.html",
        whose=whose,
        lines=lines,
        practitioners=others,
        typed=typed,
        chosen=typed.getlist("who"),
        problems=problems,
        conflict=conflict,
    )
