"""Activities: reading them as a participant will, and approving them."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from companion.domain.conversation import Conversation
from companion.domain.people import Role
from companion.services import approving
from companion.store import activities as store_activities
from companion.web import access, clock, current
from companion.web.i18n import translate as _


@access.roles(Role.LEAD)
def activities() -> ResponseReturnValue:
    """``GET /lead/activities``"""
    with current.store().reading() as tx:
        versions = store_activities.newest_versions(tx)
    return render_template("lead/activities.html", versions=versions)


@access.roles(Role.LEAD)
def activity(version_id: UUID) -> ResponseReturnValue:
    """``GET /lead/activities/<version>``"""
    with current.store().reading() as tx:
        version = store_activities.version(tx, version_id)
    ahead = Conversation(version.activity, {}).progress
    return render_template("lead/activity.html", version=version, ahead=ahead)


@access.roles(Role.LEAD)
def approve(version_id: UUID) -> ResponseReturnValue:
    """``POST /lead/activities/<version>/approval``: from now on it can be set."""
    approving.approve(current.store(), current.viewer(), version_id, clock.now())
    flash(_("The activity is approved. Practitioners can set it now."))
    return redirect(url_for("lead.activities"), 303)
