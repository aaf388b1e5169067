"""Requests for erasure, by reference: with what holds them and what the schedule says, and the decision."""

from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from companion.domain.enrolments.pathway import PathwayState
from companion.domain.people import Role
from companion.domain.refusals import ChangedElsewhere, NotAllowed, Problem, Rejected
from companion.services.records import erasure
from companion.store.records import erasures, policies
from companion.web.gate import access, clock, current, parked_forms
from companion.web.page.i18n import translate as _


@access.roles(Role.LEAD)
def requests() -> ResponseReturnValue:
    """``GET /lead/erasures``"""
    with current.store().reading() as tx:
        waiting = erasures.requests(tx, current.viewer())
        decided = erasures.requests(tx, current.viewer(), decided=True)
    return render_template("lead/erasures.html", waiting=waiting, decided=decided, now=clock.now())


@access.roles(Role.LEAD, fresh=True)
def one(request_id: UUID) -> ResponseReturnValue:
    """``GET /lead/erasures/<id>``"""
    return _page(request_id)


@access.roles(Role.LEAD)
def refuse(request_id: UUID) -> ResponseReturnValue:
    """``POST /lead/erasures/<id>/refusal``: he is told one of a few neutral sentences."""
    told, reason = (request.form.get(name, "") for name in ("wording", "reason"))
    try:
        erasure.refuse(current.actor(), request_id, told, reason)
    except Rejected as rejected:
        return _page(request_id, rejected.problems), 422
    except ChangedElsewhere:
        return _page(request_id, (Problem("changed_elsewhere"),)), 409
    flash(_("He is told."))
    return redirect(url_for("lead.erasures"), 303)


@access.roles(Role.LEAD, fresh=True)
def approve(request_id: UUID) -> ResponseReturnValue:
    """``POST /lead/erasures/<id>/approval``: his reference typed, and it is done."""
    reference = request.form.get("reference", "")
    try:
        erasure.approve(current.actor(), current.erased(), request_id, reference)
    except Rejected as rejected:
        return _page(request_id, rejected.problems), 422
    except NotAllowed as refused:
        return _page(request_id, (Problem(refused.key),)), 409
    except ChangedElsewhere:
        return _page(request_id, (Problem("changed_elsewhere"),)), 409
    flash(_("Everything is erased."))
    return redirect(url_for("lead.erasures"), 303)


def _page(request_id: UUID, problems: tuple[Problem, ...] = ()) -> str:
    g.page = url_for("lead.erasure", request_id=request_id)
    with current.store().reading() as tx:
        asked = erasures.shown(tx, current.viewer(), request_id)
        rule = policies.schedule(tx).for_state(PathwayState(asked.state))
    return render_template(
        "lead/erasure.html",
        asked=asked,
        rule=rule,
        until=rule.until(asked.since) if rule else None,
        typed=parked_forms.form(),
        problems=problems,
    )
