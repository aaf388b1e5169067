"""The lead's pages about activities that were written for one participant."""

from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from companion.domain.activities.conversation import Conversation
from companion.domain.people import Role
from companion.services.authoring import approval
from companion.store.work import own_set
from companion.web.gate import access, current


@access.roles(Role.LEAD)
def own_activities() -> ResponseReturnValue:
    """``GET /lead/own-activities``: list every activity that was written for a single participant and set as
    work.

    Activities that no lead has read come first.
    """
    with current.store().reading() as tx:
        found = own_set.own_set(tx)
    return render_template("lead/own_activities.html", found=found)


@access.roles(Role.LEAD)
def own_activity(version_id: UUID) -> ResponseReturnValue:
    """``GET /lead/own-activities/<version>``: show an activity that was written for one participant.

    The audit log records whenever a lead opens an activity that was written for one participant.
    """
    version = approval.read_own(current.actor(), version_id)
    return render_template(
        "lead/own_activity.html", version=version, ahead=Conversation(version.activity, {}).progress
    )
