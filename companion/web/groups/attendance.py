"""The page for recording every member's attendance at a group meeting."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from companion.domain.meetings.appointments import Appointment, Attendance, may_be_noted
from companion.domain.meetings.groups import Member
from companion.domain.people import Role
from companion.services.meetings import group_attendance
from companion.services.meetings.group_attendance import Noted
from companion.store.meetings import group_members, group_places
from companion.web.gate import access, clock, current
from companion.web.groups.meetings import meeting_and_group
from companion.web.page.fields import Field
from companion.web.page.form import Form, done, takes
from companion.web.page.form_fields import uuid, whole_number
from companion.web.page.i18n import translate as _

MOST_ROWS = 100


@dataclass(frozen=True)
class AttendanceLine:
    """The line for one member: the appointment, the possible outcomes, and the chosen or recorded outcome."""

    member: Member
    appointment: Appointment
    choices: tuple[Attendance, ...]
    chosen: str
    seen: int


class Places(Field):
    """The form's attendance fields, numbered by member."""

    data: list[Noted]

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        sent: MultiDict[str, str] = formdata
        self.data = []
        for number in range(1, MOST_ROWS + 1):
            row = sent.get(f"row-{number}")
            if row is None:
                break
            seen = whole_number(sent.get(f"seen-{number}", ""))
            self.data.append(Noted(uuid(row), sent.get(f"attendance-{number}", ""), seen))


class Everybody(Form):
    """The form for every member's attendance at a group meeting."""

    places = Places()


def _page(form: Everybody, meeting_id: UUID) -> str:
    group, meeting = meeting_and_group(meeting_id)
    now, viewer = clock.now(), current.viewer()
    with current.store().reading() as tx:
        everybody = group_members.members(tx, viewer, [group.id])[group.id]
        places = group_places.places(tx, viewer, [meeting.id])[meeting.id]
    members = {each.enrolment_id: each for each in everybody}
    typed = {each.appointment_id: each for each in form.places.data}
    lines, apart = [], []
    for enrolment_id, member in members.items():
        place = places.get(enrolment_id)
        if place is None:
            continue
        if not meeting.holds(place):
            apart.append((member, place))
            continue
        noted = typed.get(place.id, Noted(place.id, place.attendance.value, place.revision))
        seen = place.revision if form.conflict else noted.seen
        offered = may_be_noted(place, now)
        if place.attendance not in offered:
            offered = (place.attendance, *offered)
        lines.append(AttendanceLine(member, place, offered, noted.chosen, seen))
    return render_template(
        "groups/attendance.html",
        group=group,
        meeting=meeting,
        begun=meeting.starts_at <= now,
        lines=lines,
        apart=apart,
        form=form,
    )


@access.roles(Role.PRACTITIONER)
@takes(Everybody, _page)
def attendance(form: Everybody, meeting_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /groups/meetings/<id>/attendance``: record every member's attendance."""
    group_id = group_attendance.note_each(current.actor(), meeting_id, form.places.data)
    return done(_("Attendance saved."), url_for("groups.group", group_id=group_id))
