"""The pages for adding and removing a group's members."""

from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from companion.domain.people import Role
from companion.domain.refusals import NotFound
from companion.services.meetings import manage_groups
from companion.store.meetings import group_members, groups
from companion.web.gate import access, clock, current
from companion.web.groups.forms import Joining
from companion.web.groups.groups import group_page
from companion.web.page.form import done, takes
from companion.web.page.i18n import translate as _


@access.roles(Role.PRACTITIONER)
@takes(Joining, group_page)
def join(form: Joining, group_id: UUID) -> ResponseReturnValue:
    """``POST /groups/<id>/members``: add members."""
    manage_groups.join(current.actor(), group_id, form.members.data, form.confirmed.data)
    said = _("Members added. The future meetings are booked for them.")
    return done(said, url_for("groups.group", group_id=group_id))


@access.roles(Role.PRACTITIONER)
def leave(group_id: UUID, enrolment_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /groups/<id>/members/<enrolment>/leaving``: ask for confirmation, then remove a
    member.
    """
    if request.method == "POST":
        manage_groups.leave(current.actor(), group_id, enrolment_id)
        said = _("They've left the group, but keep everything up to now.")
        return done(said, url_for("groups.group", group_id=group_id))
    viewer = current.viewer()
    with current.store().reading() as tx:
        group = groups.group(tx, groups.group_row(tx, viewer, group_id))
        everybody = group_members.members(tx, viewer, [group.id])[group.id]
        meetings = groups.meetings(tx, [group.id])[group.id]
    member = next((each for each in everybody if each.enrolment_id == enrolment_id), None)
    if member is None:
        raise NotFound
    to_come = [each for each in meetings if each.is_to_come(clock.now())]
    return render_template("groups/leave.html", group=group, member=member, to_come=len(to_come))
