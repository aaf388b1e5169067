"""Record all members' attendance at a group meeting."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from companion.domain.meetings.appointments import attendance
from companion.domain.refusals import ChangedElsewhere, NotAllowed, Problem, Rejected
from companion.services.act import Actor, acting
from companion.services.meetings.attendance import note_row
from companion.store.meetings import appointments, group_places, groups


@dataclass(frozen=True)
class Noted:
    """A member's attendance, as chosen in the form. ``seen`` is the revision of the appointment that the page
    showed.
    """

    appointment_id: UUID | None
    chosen: str
    seen: int


def note_each(actor: Actor, meeting_id: UUID, noted: Sequence[Noted]) -> UUID:
    """Record every member's attendance, and return the group's id. If one entry is refused, no attendance is
    recorded.

    Earlier remarks about attendance are kept. Repeating the call changes nothing. Raise ``Rejected`` for a
    wrong choice, or ``NotAllowed`` for a cancelled meeting. Raise ``ChangedElsewhere`` if an appointment has
    changed.
    """
    with acting(actor) as tx:
        row = groups.locked(tx, actor.viewer, meeting_id)
        meeting = groups.meeting(row)
        if meeting.cancelled:
            raise NotAllowed("group_meeting_cancelled")
        rows = {
            place.id: (enrolment, place)
            for _, enrolment, place in group_places.locked(tx, actor.viewer, [row.id])
        }
        problems: list[Problem] = []
        for number, one in enumerate(noted, 1):
            if one.appointment_id not in rows:
                raise ChangedElsewhere
            enrolment, place = rows[one.appointment_id]
            found = appointments.appointment(place)
            if one.chosen == found.attendance:
                continue
            if place.revision != one.seen or not meeting.holds(found):
                raise ChangedElsewhere
            try:
                target = attendance(one.chosen, found, actor.now)
            except Rejected as rejected:
                problems += [Problem(each.key, field=f"attendance-{number}") for each in rejected.problems]
                continue
            note_row(tx, enrolment, place, target, appointments.words(tx, place))
        if problems:
            raise Rejected(*problems)
        tx.commit()
    return row.group_id
