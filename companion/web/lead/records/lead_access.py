"""The pages for a lead's access to records in somebody else's caseload.

To delay telling the practitioner about the access, a lead needs a second lead's agreement.
"""

from uuid import UUID

from flask import g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from companion.domain.concerns.lead_access import AccessState
from companion.domain.people import Role
from companion.services.concerns import lead_access
from companion.services.concerns.lead_access import AccessForm
from companion.store.concerns import concern_rules, concerns
from companion.store.concerns.lead_access import at_hand, look_row, shown
from companion.web.gate import access, clock, current
from companion.web.lead.forms import Access, AccessDecision
from companion.web.page.form import done, takes
from companion.web.page.i18n import translate as _


def _page(form: Access) -> str:
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
        form=form,
        now=now,
    )


@access.roles(Role.LEAD)
@takes(Access, _page)
def all_looks(form: Access) -> ResponseReturnValue:
    """``GET`` and ``POST /lead/looks``: list the records to which leads have access, and request access."""
    look_id, later = form.once.id_of_new, form.later.data == ["yes"]
    typed = AccessForm(form.reference.data, form.purpose.data, form.reason.data, later)
    state = lead_access.look(current.actor(), look_id, typed)
    if state is AccessState.OPENED:
        return redirect(url_for("lead.look", look_id=look_id), 303)
    return done(_("Waiting for a second lead. You don't have access yet."), url_for("lead.looks"))


def _decision_page(form: AccessDecision, look_id: UUID) -> str:
    g.page = url_for("lead.look_decision", look_id=look_id)
    with current.store().reading() as tx:
        (found,) = shown(tx, [look_row(tx, current.viewer(), look_id)])
    return render_template(
        "lead/lead_access_decision.html",
        found=found,
        me=current.viewer().account_id,
        form=form,
        now=clock.now(),
    )


@access.roles(Role.LEAD)
def decision(look_id: UUID) -> ResponseReturnValue:
    """``GET /lead/looks/<id>/decision``: show a lead's request to read a record, and the form for deciding on
    the request.
    """
    return _decision_page(AccessDecision(), look_id)


@access.roles(Role.LEAD)
@takes(AccessDecision, _decision_page)
def agree(form: AccessDecision, look_id: UUID) -> ResponseReturnValue:
    """``POST /lead/looks/<id>/agreement``: agree, as a second lead, that another lead may read a record. The
    practitioner isn't told yet.
    """
    lead_access.agree(current.actor(), look_id, form.reason.data)
    return done(_("You've agreed. Your reason has been recorded."), url_for("lead.looks"))


@access.roles(Role.LEAD)
@takes(AccessDecision, _decision_page)
def refuse(form: AccessDecision, look_id: UUID) -> ResponseReturnValue:
    """``POST /lead/looks/<id>/refusal``: refuse another lead's request to read a record before the
    practitioner is told.
    """
    lead_access.refuse(current.actor(), look_id, form.reason.data)
    return done(_("Refused. Your reason has been recorded."), url_for("lead.looks"))


@access.roles(Role.LEAD)
def begin(look_id: UUID) -> ResponseReturnValue:
    """``POST /lead/looks/<id>/opening``: open a record after a second lead has agreed."""
    lead_access.begin(current.actor(), look_id)
    return redirect(url_for("lead.look", look_id=look_id), 303)


@access.roles(Role.LEAD)
def tell(look_id: UUID) -> ResponseReturnValue:
    """``POST /lead/looks/<id>/telling``: tell the practitioner about a lead's access."""
    lead_access.tell(current.actor(), look_id)
    return done(_("The practitioner can see it from now on."), url_for("lead.looks"))
