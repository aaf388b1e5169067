"""The pages for adding, moving and cancelling a group's meetings."""

from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from companion.domain.meetings.groups import Group, Meeting
from companion.domain.people import Role
from companion.services.meetings import group_meetings
from companion.store.meetings import groups
from companion.store.programme import programmes
from companion.web.gate import access, current
from companion.web.groups.forms import Cancellation, GroupMeeting
from companion.web.groups.groups import group_page
from companion.web.page.form import done, takes
from companion.web.page.i18n import translate as _
from companion.web.practitioner.meetings.appointment_forms import Move
from companion.web.practitioner.participants import wanted


@access.roles(Role.PRACTITIONER)
@takes(GroupMeeting, group_page)
def add(form: GroupMeeting, group_id: UUID) -> ResponseReturnValue:
    """``POST /groups/<id>/meetings``: add a group meeting, with an appointment for every member who takes
    part.
    """
    with current.store().reading() as tx:
        programme = programmes.programme_of(tx, groups.group_row(tx, current.viewer(), group_id))
    group_meetings.add_meeting(current.actor(), group_id, form.once.id_of_new, wanted(form, programme))
    return _done(_("Meeting added for everyone."), group_id)


def _move_page(form: Move, meeting_id: UUID) -> str:
    group, found = meeting_and_group(meeting_id)
    form.shows(found.starts_at, found.revision)
    return render_template("groups/move.html", group=group, meeting=found, form=form)


@access.roles(Role.PRACTITIONER)
@takes(Move, _move_page)
def move(form: Move, meeting_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /groups/meetings/<id>/time``: move a meeting for every member. If work was due
    before the meeting, its deadline moves too.
    """
    group_id = group_meetings.move_meeting(current.actor(), meeting_id, form.new_time)
    return _done(_("Meeting moved for everyone. Work due before it has moved with it."), group_id)


def _cancel_page(form: Cancellation, meeting_id: UUID) -> str:
    group, found = meeting_and_group(meeting_id)
    form.saw(found.revision)
    return render_template("groups/cancel.html", group=group, meeting=found, form=form)


@access.roles(Role.PRACTITIONER)
@takes(Cancellation, _cancel_page)
def cancel(form: Cancellation, meeting_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /groups/meetings/<id>/cancellation``: cancel a meeting for every member."""
    group_id = group_meetings.cancel_meeting(current.actor(), meeting_id, form.seen.data)
    return _done(_("Meeting cancelled for everyone."), group_id)


def _done(said: str, group_id: UUID) -> ResponseReturnValue:
    return done(said, url_for("groups.group", group_id=group_id))


def meeting_and_group(meeting_id: UUID) -> tuple[Group, Meeting]:
    """Return a group meeting and its group.

    Raise ``NotFound`` if the meeting doesn't belong to one of the viewer's groups.
    """
    with current.store().reading() as tx:
        found = groups.meeting(groups.meeting_row(tx, current.viewer(), meeting_id))
        return groups.group(tx, groups.group_row(tx, current.viewer(), found.group_id)), found
