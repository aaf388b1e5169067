"""A demo group with two members. The members can't see anything about each other."""

from datetime import datetime, timedelta
from uuid import uuid4

from companion.cli.demo.pathway import INITIAL, walk, was_there
from companion.cli.demo.people import People, a_meeting, at_hour
from companion.content import programme
from companion.domain.enrolments.pathway import PathwayState
from companion.domain.meetings.appointments import Attendance
from companion.domain.meetings.recurrence import Slot
from companion.domain.people import Viewer
from companion.domain.time.london import LONDON
from companion.services.act import Actor
from companion.services.meetings import group_attendance, group_meetings, manage_groups
from companion.services.meetings.group_attendance import Noted
from companion.services.meetings.manage_groups import NewGroup
from companion.services.meetings.series import WantedSessions
from companion.store.meetings import group_places, groups

SUITABLE = ((15, PathwayState.SUITABLE, ""), (13, PathwayState.IN_PROGRAMME, ""))


def meet_as_a_group(cast: People, priya: Viewer, now: datetime) -> None:
    """Add a group that met a week ago, with one member absent. Book two more sessions for the group."""
    store, group, site = cast.store, uuid4(), programme().sites[0].id
    members = {}
    for name, hour in (("Colin", 9), ("Dev", 11)):
        met = at_hour(now, -21, hour)
        added = cast.without_device(priya, name, a_meeting(INITIAL, met), met - timedelta(days=4))
        was_there(store, priya, added, now)
        walk(store, priya, added, SUITABLE, now)
        cast.gets_another_slip(priya, name, added, now)
        members[str(added)] = name
    then = now - timedelta(days=12)
    manage_groups.begin(
        Actor(store, priya, then), group, NewGroup("Afternoons", site, programme()), list(members)
    )
    first = at_hour(now, -7, 16).astimezone(LONDON)
    days = [first.date() + timedelta(weeks=week) for week in (0, 2, 3)]
    slots = [Slot(day.isoformat(), f"{first:%H:%M}") for day in days]
    group_meetings.book_sessions(
        Actor(store, priya, then), group, uuid4(), WantedSessions(slots, site, programme(), "")
    )
    with store.reading() as tx:
        meeting = groups.meetings(tx, [group])[group][0]
        places = group_places.places(tx, priya, [meeting.id])[meeting.id]
    came = {"Colin": Attendance.ATTENDED, "Dev": Attendance.MISSED}
    noted = [Noted(place.id, came[members[str(whose)]], place.revision) for whose, place in places.items()]
    group_attendance.note_each(Actor(store, priya, meeting.starts_at + timedelta(hours=2)), meeting.id, noted)
