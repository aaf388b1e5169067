"""Buttons for submitting, approving, returning, retiring and restoring activities."""

from uuid import UUID

from flask import url_for
from flask.typing import ResponseReturnValue

from companion.domain.people import Role
from companion.domain.refusals import ChangedElsewhere, NotAllowed
from companion.services.authoring import approval, drafts
from companion.store.activities import activities
from companion.web.activities.forms import AtVersion, ReturnForm
from companion.web.activities.library import desk_page
from companion.web.gate import access, current
from companion.web.page.form import done, takes
from companion.web.page.i18n import translate as _


@access.roles(Role.PRACTITIONER, Role.LEAD)
@takes(AtVersion, desk_page)
def check(form: AtVersion, activity_id: UUID) -> ResponseReturnValue:
    """``POST /activities/<id>/check``: submit an activity for approval."""
    try:
        drafts.ask_for_approval(current.actor(), activity_id, form.seen)
    except NotAllowed:
        return desk_page(form, activity_id), 409
    said = _("Sent to a lead for approval.")
    return done(said, url_for("activities.activity", activity_id=activity_id))


def _version_page(form: AtVersion, version_id: UUID) -> str:
    return desk_page(form, _activity_of(version_id))


@access.roles(Role.LEAD)
@takes(AtVersion, _version_page)
def approve(form: AtVersion, version_id: UUID) -> ResponseReturnValue:
    """``POST /activities/versions/<version>/approval``: approve the version that the lead has read."""
    try:
        approval.approve(current.actor(), version_id, form.revision.data)
    except NotAllowed as refused:
        raise ChangedElsewhere from refused
    said = _("Activity approved. Practitioners can set it now.")
    return done(said, url_for("activities.activity", activity_id=_activity_of(version_id)))


@access.roles(Role.LEAD)
@takes(ReturnForm, _version_page)
def send_back(form: ReturnForm, version_id: UUID) -> ResponseReturnValue:
    """``POST /activities/versions/<version>/returns``: return a version to its author as a draft, with a
    remark.
    """
    approval.send_back(current.actor(), version_id, form.revision.data, form.remark.data)
    said = _("Activity sent back. Your remark is on its page.")
    return done(said, url_for("activities.activity", activity_id=_activity_of(version_id)))


def _activity_of(version_id: UUID) -> UUID:
    with current.store().reading() as tx:
        return activities.activity_of(tx, version_id)


@access.roles(Role.LEAD)
def retire(activity_id: UUID) -> ResponseReturnValue:
    """``POST /activities/<id>/retirement``: retire an activity. Practitioners can't set a retired activity
    for participants.
    """
    approval.retire(current.actor(), activity_id)
    said = _("Activity retired. Work already set continues as it is.")
    return done(said, url_for("activities.activity", activity_id=activity_id))


@access.roles(Role.LEAD)
def bring_back(activity_id: UUID) -> ResponseReturnValue:
    """``POST /activities/<id>/return``: restore a retired activity."""
    approval.bring_back(current.actor(), activity_id)
    said = _("The activity can be set again.")
    return done(said, url_for("activities.activity", activity_id=activity_id))
