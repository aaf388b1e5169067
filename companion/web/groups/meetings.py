"""The meetings of a group: adding, moving and cancelling one for all."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from companion.domain.meetings.clashes import Clashes, clashes_of
from companion.domain.meetings.groups import Group, Meeting
from companion.domain.people import Role
from companion.domain.refusals import ChangedElsewhere, Problem, Rejected
from companion.services.meetings import group_meetings
from companion.services.meetings.schedule import NewTime
from companion.store.meetings import groups
from companion.store.programme import programmes
from companion.web.gate import access, current, parked_forms
from companion.web.groups.groups import group_page
from companion.web.page.form_fields import once, posted_number
from companion.web.page.i18n import in_london
from companion.web.page.i18n import translate as _
from companion.web.practitioner.participants import wanted


@access.roles(Role.PRACTITIONER)
def add(group_id: UUID) -> ResponseReturnValue:
    """``POST /groups/<id>/meetings``: one for each who takes part."""
    with current.store().reading() as tx:
        programme = programmes.programme_of(tx, groups.group_row(tx, current.viewer(), group_id))
    asked = wanted(request.form, programme)
    try:
        group_meetings.add_meeting(current.actor(), group_id, once(), asked)
    except Rejected as refusal:
        return group_page(group_id, refusal.problems, clashes_of(refusal), request.form), 422
    flash(_("The meeting is added for each of them."))
    return redirect(url_for("groups.group", group_id=group_id), 303)


@access.roles(Role.PRACTITIONER)
def move(meeting_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /groups/meetings/<id>/time``: it moves for all, and what is due before it."""
    if request.method != "POST":
        return _move_page(meeting_id)
    try:
        group_id = group_meetings.move_meeting(
            current.actor(),
            meeting_id,
            NewTime(
                request.form.get("day", ""),
                request.form.get("time", ""),
                posted_number("seen"),
                request.form.get("confirmed", ""),
            ),
        )
    except Rejected as refusal:
        return _move_page(meeting_id, refusal.problems, clashes_of(refusal)), 422
    except ChangedElsewhere:
        return _move_page(meeting_id, (Problem("changed_elsewhere"),), conflict=True), 409
    flash(_("The meeting is moved for each of them, and what is due before it moves along."))
    return redirect(url_for("groups.group", group_id=group_id), 303)


def _move_page(
    meeting_id: UUID,
    problems: tuple[Problem, ...] = (),
    clashes: Clashes | None = None,
    *,
    conflict: bool = False,
) -> str:
    group, found = meeting_and_group(meeting_id)
    local, typed = in_london(found.starts_at), parked_forms.form()
    return render_template(
        "groups/move.html",
        group=group,
        meeting=found,
        problems=problems,
        clashes=clashes,
        conflict=conflict,
        seen=found.revision if conflict else typed.get("seen", found.revision),
        day=typed.get("day", f"{local:%Y-%m-%d}"),
        time=typed.get("time", f"{local:%H:%M}"),
    )


@access.roles(Role.PRACTITIONER)
def cancel(meeting_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /groups/meetings/<id>/cancellation``: it is cancelled for all."""
    if request.method != "POST":
        return _cancel_page(meeting_id)
    try:
        group_id = group_meetings.cancel_meeting(current.actor(), meeting_id, posted_number("seen"))
    except ChangedElsewhere:
        return _cancel_page(meeting_id, (Problem("changed_elsewhere"),)), 409
    flash(_("The meeting is cancelled for each of them."))
    return redirect(url_for("groups.group", group_id=group_id), 303)


def _cancel_page(meeting_id: UUID, problems: tuple[Problem, ...] = ()) -> str:
    group, found = meeting_and_group(meeting_id)
    return render_template("groups/cancel.html", group=group, meeting=found, problems=problems)


def meeting_and_group(meeting_id: UUID) -> tuple[Group, Meeting]:
    """A meeting of one of the viewer's groups. Raises ``NotFound``."""
    with current.store().reading() as tx:
        found = groups.meeting(groups.meeting_row(tx, current.viewer(), meeting_id))
        return groups.group(tx, groups.group_row(tx, current.viewer(), found.group_id)), found
