"""The pages for reading an activity version, and for downloading the version as a file."""

from uuid import UUID

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from companion.domain.activities.conversation import Conversation
from companion.domain.activities.toml_files import file_name, written
from companion.domain.people import Role
from companion.domain.refusals import NotFound
from companion.store.activities import activities, library
from companion.store.activities.library import Version
from companion.web.gate import access, current


@access.roles(Role.PRACTITIONER, Role.LEAD)
def version(version_id: UUID) -> ResponseReturnValue:
    """``GET /activities/versions/<version>``: show an activity version."""
    found = _version(version_id)
    return render_template(
        "activities/version.html", version=found, ahead=Conversation(found.activity, {}).progress
    )


@access.roles(Role.PRACTITIONER, Role.LEAD)
def file(version_id: UUID) -> ResponseReturnValue:
    """``GET /activities/versions/<version>/file``: download a version as a file for import."""
    activity = _version(version_id).activity
    headers = {"Content-Disposition": f'attachment; filename="{file_name(activity)}"'}
    return Response(written(activity), mimetype="application/toml", headers=headers)


def _version(version_id: UUID) -> Version:
    """Return an activity version that the viewer may edit.

    Raise ``NotFound`` if there is no such version.
    """
    with current.store().reading() as tx:
        activity_id = activities.activity_of(tx, version_id)
        every = library.versions(tx, current.viewer(), activity_id)
    found = next((each for each in every if each.id == version_id), None)
    if found is None:
        raise NotFound
    return found
