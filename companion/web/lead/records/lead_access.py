"""A lead looks into a caseload that is not his: the form, what waits for a second lead, and deciding on it."""

from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from companion.domain.concerns.lead_access import AccessState
from companion.domain.people import Role
from companion.domain.refusals import Problem, Rejected
from companion.services.concerns import lead_access
from companion.services.concerns.lead_access import AccessForm
from companion.store.concerns import concern_rules, concerns
from companion.store.concerns.lead_access import at_hand, look_row, shown
from companion.web.gate import access, clock, current, parked_forms
from companion.web.page.form_fields import once
from companion.web.page.i18n import translate as _


@access.roles(Role.LEAD)
def all_looks() -> ResponseReturnValue:
    """``GET`` and ``POST /lead/looks``: what is at hand, and a new one."""
    if request.method != "POST":
        return _page()
    form, look_id = request.form, once()
    typed = AccessForm(
        form.get("reference", ""),
        form.get("purpose", ""),
        form.get("reason", ""),
        form.get("later") == "yes",
    )
    try:
        state = lead_access.look(current.actor(), look_id, typed)
    except Rejected as rejected:
        return _page(rejected.problems), 422
    if state is AccessState.OPENED:
        return redirect(url_for("lead.look", look_id=look_id), 303)
    flash(_("It waits for a second lead. Nothing is open yet."))
    return redirect(url_for("lead.looks"), 303)


@access.roles(Role.LEAD)
def decision(look_id: UUID) -> ResponseReturnValue:
    """``GET /lead/looks/<id>/decision``: why somebody looks, and what can be decided now."""
    return _decision_page(look_id)


@access.roles(Role.LEAD)
def agree(look_id: UUID) -> ResponseReturnValue:
    """``POST /lead/looks/<id>/agreement``: a second lead agrees that it is told later."""
    try:
        lead_access.agree(current.actor(), look_id, request.form.get("reason", ""))
    except Rejected as rejected:
        return _decision_page(look_id, rejected.problems), 422
    flash(_("You agreed. It is recorded, with your reason."))
    return redirect(url_for("lead.looks"), 303)


@access.roles(Role.LEAD)
def refuse(look_id: UUID) -> ResponseReturnValue:
    """``POST /lead/looks/<id>/refusal``: it is not opened in this way."""
    try:
        lead_access.refuse(current.actor(), look_id, request.form.get("reason", ""))
    except Rejected as rejected:
        return _decision_page(look_id, rejected.problems), 422
    flash(_("It is not opened. Your reason is recorded."))
    return redirect(url_for("lead.looks"), 303)


@access.roles(Role.LEAD)
def begin(look_id: UUID) -> ResponseReturnValue:
    """``POST /lead/looks/<id>/opening``: open what a second lead agreed to."""
    lead_access.begin(current.actor(), look_id)
    return redirect(url_for("lead.look", look_id=look_id), 303)


@access.roles(Role.LEAD)
def tell(look_id: UUID) -> ResponseReturnValue:
    """``POST /lead/looks/<id>/telling``: it is told from now on."""
    lead_access.tell(current.actor(), look_id)
    flash(_("It is told from now on."))
    return redirect(url_for("lead.looks"), 303)


def _page(problems: tuple[Problem, ...] = ()) -> str:
    g.page = url_for("lead.looks")
    now, me = clock.now(), current.viewer().account_id
    with current.store().reading() as tx:
        found = at_hand(tx, now)
        open_concerns = concerns.open_references(tx)
        alone = all(each == me for each in concern_rules.lead_ids(tx))
    return render_template(
        "lead/lead_access.html",
        looks=found,
        alone=alone,
        open_concerns=open_concerns,
        me=me,
        typed=parked_forms.form(),
        problems=problems,
        now=now,
    )


def _decision_page(look_id: UUID, problems: tuple[Problem, ...] = ()) -> str:
    g.page = url_for("lead.look_decision", look_id=look_id)
    with current.store().reading() as tx:
        (found,) = shown(tx, [look_row(tx, current.viewer(), look_id)])
    return render_template(
        "lead/lead_access_decision.html",
        found=found,
        me=current.viewer().account_id,
        typed=parked_forms.form(),
        problems=problems,
        now=clock.now(),
    )
