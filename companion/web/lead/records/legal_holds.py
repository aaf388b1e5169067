"""Holds: why nothing of a reference may be erased, set and lifted. No participant or practitioner sees them."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from companion.domain.people import Role
from companion.domain.records.data_rights import HoldKind
from companion.domain.refusals import ChangedElsewhere, Problem, Rejected
from companion.domain.time.working_days import london_day
from companion.services.records.legal_holds import lift_hold, set_hold
from companion.store.records import legal_holds
from companion.web.gate import access, clock, current, parked_forms
from companion.web.page.form_fields import once
from companion.web.page.i18n import translate as _


@access.roles(Role.LEAD)
def holds() -> ResponseReturnValue:
    """``GET`` and ``POST /lead/holds``: those that are on, and setting one."""
    if request.method != "POST":
        return _page()
    typed = tuple(request.form.get(name, "") for name in ("kind", "reason", "review_on"))
    kind, reason, review_on = typed
    try:
        set_hold(current.actor(), once(), request.form.get("reference", ""), (kind, reason, review_on))
    except Rejected as rejected:
        return _page(rejected.problems), 422
    flash(_("The hold is set."))
    return redirect(url_for("lead.holds"), 303)


@access.roles(Role.LEAD)
def lift(hold_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /lead/holds/<id>/lifting``: with a reason."""
    if request.method != "POST":
        return _lifting(hold_id)
    try:
        reason = request.form.get("reason", "")
        lift_hold(current.actor(), hold_id, reason)
    except Rejected as rejected:
        return _lifting(hold_id, rejected.problems), 422
    except ChangedElsewhere:
        return _lifting(hold_id), 409
    flash(_("The hold is lifted."))
    return redirect(url_for("lead.holds"), 303)


def _lifting(hold_id: UUID, problems: tuple[Problem, ...] = ()) -> str:
    with current.store().reading() as tx:
        hold = legal_holds.hold(tx, current.viewer(), hold_id)
    return render_template("lead/lift_hold.html", hold=hold, typed=parked_forms.form(), problems=problems)


def _page(problems: tuple[Problem, ...] = ()) -> str:
    with current.store().reading() as tx:
        on, lifted = legal_holds.holds(tx), legal_holds.holds(tx, lifted=True)
    return render_template(
        "lead/legal_holds.html",
        on=on,
        lifted=lifted,
        kinds=list(HoldKind),
        today=london_day(clock.now()),
        typed=parked_forms.form(),
        problems=problems,
    )
