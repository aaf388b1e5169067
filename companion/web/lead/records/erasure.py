"""The pages on which a lead decides about requests for erasure. The pages show participants' references, such
as K7-402, and not their names.

The erasure pages show what prevents a record's erasure, and which retention rule applies.
"""

from uuid import UUID

from flask import g, render_template, url_for
from flask.typing import ResponseReturnValue

from companion.domain.enrolments.pathway import PathwayState
from companion.domain.people import Role
from companion.domain.refusals import NotAllowed, Problem
from companion.services.records import erasure
from companion.store.records import erasures, policies
from companion.web.gate import access, clock, current
from companion.web.lead.forms import ErasureApproval, ErasureRefusal
from companion.web.page.form import Form, done, takes
from companion.web.page.i18n import translate as _


@access.roles(Role.LEAD)
def requests() -> ResponseReturnValue:
    """``GET /lead/erasures``: list the requests for erasure."""
    with current.store().reading() as tx:
        waiting = erasures.requests(tx, current.viewer())
        decided = erasures.requests(tx, current.viewer(), decided=True)
    return render_template("lead/erasures.html", waiting=waiting, decided=decided, now=clock.now())


def _page(form: Form, request_id: UUID) -> str:
    g.page = url_for("lead.erasure", request_id=request_id)
    with current.store().reading() as tx:
        asked = erasures.shown(tx, current.viewer(), request_id)
        rule = policies.schedule(tx).for_state(PathwayState(asked.state))
    return render_template(
        "lead/erasure.html",
        asked=asked,
        rule=rule,
        until=rule.until(asked.since) if rule else None,
        form=form,
        refusal=ErasureRefusal.beside(form),
        approval=ErasureApproval.beside(form),
    )


@access.roles(Role.LEAD, fresh=True)
def one(request_id: UUID) -> ResponseReturnValue:
    """``GET /lead/erasures/<id>``: show a request for erasure."""
    return _page(ErasureRefusal(), request_id)


@access.roles(Role.LEAD)
@takes(ErasureRefusal, _page)
def refuse(form: ErasureRefusal, request_id: UUID) -> ResponseReturnValue:
    """``POST /lead/erasures/<id>/refusal``: refuse an erasure.

    The participant sees one of a few neutral sentences, never the reason for the refusal.
    """
    erasure.refuse(current.actor(), request_id, form.wording.data, form.reason.data)
    return done(_("They've been told."), url_for("lead.erasures"))


@access.roles(Role.LEAD, fresh=True)
@takes(ErasureApproval, _page)
def approve(form: ErasureApproval, request_id: UUID) -> ResponseReturnValue:
    """``POST /lead/erasures/<id>/approval``: erase a participant's data, if the lead has typed the
    participant's reference.
    """
    try:
        erasure.approve(current.actor(), current.erased(), request_id, form.reference.data)
    except NotAllowed as refused:
        form.problems = (Problem(refused.key),)
        return _page(form, request_id), 409
    return done(_("Everything has been erased."), url_for("lead.erasures"))
