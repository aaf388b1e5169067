"""What became of a group's meeting for each of them, on one page."""

from dataclasses import dataclass
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from companion.domain.meetings.appointments import Appointment, Attendance, may_be_noted
from companion.domain.meetings.groups import Member
from companion.domain.people import Role
from companion.domain.refusals import ChangedElsewhere, Problem, Rejected
from companion.services.meetings import group_attendance
from companion.services.meetings.group_attendance import Noted
from companion.store.meetings import group_members, group_places
from companion.web.gate import access, clock, current, parked_forms
from companion.web.groups.meetings import meeting_and_group
from companion.web.page.form_fields import uuid, whole_number
from companion.web.page.i18n import translate as _

MOST_ROWS = 100


@dataclass(frozen=True)
class AttendanceLine:
    """One member with his appointment, what can be chosen for it and what was."""

    member: Member
    appointment: Appointment
    choices: tuple[Attendance, ...]
    chosen: str
    seen: str


@access.roles(Role.PRACTITIONER)
def attendance(meeting_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /groups/meetings/<id>/attendance``: note it for each, or put it right."""
    if request.method != "POST":
        return _page(meeting_id)
    try:
        group_id = group_attendance.note_each(current.actor(), meeting_id, _noted())
    except Rejected as refusal:
        return _page(meeting_id, refusal.problems), 422
    except ChangedElsewhere:
        return _page(meeting_id, (Problem("changed_elsewhere"),), conflict=True), 409
    flash(_("It is noted."))
    return redirect(url_for("groups.group", group_id=group_id), 303)


def _noted() -> list[Noted]:
    """The rows of the form, up to the first number that has none."""
    form, found = request.form, list[Noted]()
    for number in range(1, MOST_ROWS + 1):
        row = form.get(f"row-{number}")
        if row is None:
            break
        seen = whole_number(form.get(f"seen-{number}", ""))
        found.append(Noted(uuid(row), form.get(f"attendance-{number}", ""), seen))
    return found


def _page(meeting_id: UUID, problems: tuple[Problem, ...] = (), *, conflict: bool = False) -> str:
    group, meeting = meeting_and_group(meeting_id)
    now, viewer, typed = clock.now(), current.viewer(), parked_forms.form()
    with current.store().reading() as tx:
        everybody = group_members.members(tx, viewer, [group.id])[group.id]
        places = group_places.places(tx, viewer, [meeting.id])[meeting.id]
    members = {each.enrolment_id: each for each in everybody}
    rows = {typed.get(f"row-{number}"): number for number in range(1, MOST_ROWS + 1)}
    lines, apart = [], []
    for enrolment_id, member in members.items():
        place = places.get(enrolment_id)
        if place is None:
            continue
        if not meeting.holds(place):
            apart.append((member, place))
            continue
        row = rows.get(str(place.id), 0)
        chosen = typed.get(f"attendance-{row}", place.attendance.value)
        seen = typed.get(f"seen-{row}", str(place.revision))
        offered = may_be_noted(place, now)
        if place.attendance not in offered:
            offered = (place.attendance, *offered)
        lines.append(
            AttendanceLine(member, place, offered, chosen, str(place.revision) if conflict else seen)
        )
    return render_template(
        "groups/attendance.html",
        group=group,
        meeting=meeting,
        begun=meeting.starts_at <= now,
        lines=lines,
        apart=apart,
        conflict=conflict,
        problems=problems,
    )
