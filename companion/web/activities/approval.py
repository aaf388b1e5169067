"""An author asks for approval; a lead approves, retires and brings back."""

from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from companion.domain.people import Role
from companion.domain.refusals import ChangedElsewhere, NotAllowed, Problem
from companion.services.authoring import approval, drafts
from companion.store.activities import activities
from companion.web.activities.library import desk_page, seen
from companion.web.gate import access, current
from companion.web.page.form_fields import posted_number
from companion.web.page.i18n import translate as _


@access.roles(Role.PRACTITIONER, Role.LEAD)
def check(activity_id: UUID) -> ResponseReturnValue:
    """``POST /activities/<id>/check``: its author is done and asks for approval."""
    try:
        drafts.ask_for_approval(current.actor(), activity_id, seen())
    except NotAllowed:
        return desk_page(activity_id), 409
    except ChangedElsewhere:
        return desk_page(activity_id, (Problem("changed_elsewhere"),)), 409
    flash(_("It is checked and waits for a lead to approve it."))
    return redirect(url_for("activities.activity", activity_id=activity_id), 303)


@access.roles(Role.LEAD)
def approve(version_id: UUID) -> ResponseReturnValue:
    """``POST /activities/versions/<version>/approval``: what the lead read can be set from now on."""
    with current.store().reading() as tx:
        activity_id = activities.activity_of(tx, version_id)
    try:
        approval.approve(current.actor(), version_id, posted_number("revision"))
    except (NotAllowed, ChangedElsewhere):
        return desk_page(activity_id, (Problem("changed_elsewhere"),)), 409
    flash(_("The activity is approved. Practitioners can set it now."))
    return redirect(url_for("activities.activity", activity_id=activity_id), 303)


@access.roles(Role.LEAD)
def retire(activity_id: UUID) -> ResponseReturnValue:
    """``POST /activities/<id>/retirement``: it cannot be set any more."""
    approval.retire(current.actor(), activity_id)
    flash(_("The activity is retired. Work that is set already goes on as it is."))
    return redirect(url_for("activities.activity", activity_id=activity_id), 303)


@access.roles(Role.LEAD)
def bring_back(activity_id: UUID) -> ResponseReturnValue:
    """``POST /activities/<id>/return``: it can be set again."""
    approval.bring_back(current.actor(), activity_id)
    flash(_("The activity can be set again."))
    return redirect(url_for("activities.activity", activity_id=activity_id), 303)
