"""Shortcuts for the actions that Priya takes with a group in tests."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID, uuid4

from companion.content import programme
from companion.domain.meetings.appointments import Appointment
from companion.domain.meetings.groups import Meeting, Member
from companion.domain.work.work import Card, Piece
from companion.services.meetings import group_attendance, group_meetings, manage_groups
from companion.services.meetings.group_attendance import Noted
from companion.services.meetings.manage_groups import NewGroup
from companion.services.meetings.schedule import NewTime, Wanted
from companion.services.work import assign_to_group
from companion.services.work.assign import Due
from companion.store.activities import library
from companion.store.meetings import appointments, group_members, group_places, groups
from companion.store.work import piece_list
from tests.cast import Cast
from tests.people import CARD, Staff


def a_meeting(
    day: str = "2026-12-10", clock: str = "14:00", confirmed: str = "", kind: str = "session"
) -> Wanted:
    return Wanted(kind, day, clock, "epsom", programme(), "", confirmed)


class Enrolled(Protocol):
    """A person with an enrolment, who may or may not have joined yet."""

    @property
    def enrolment_id(self) -> UUID: ...


@dataclass(frozen=True)
class Group:
    cast: Cast
    whose: Staff
    id: UUID = field(default_factory=uuid4)

    def lets_in(self, *people: Enrolled, confirmed: str = "") -> None:
        ids = [str(each.enrolment_id) for each in people]
        manage_groups.join(self.whose.actor, self.id, ids, confirmed)

    def loses(self, who: Enrolled) -> None:
        manage_groups.leave(self.whose.actor, self.id, who.enrolment_id)

    def meets(self, wanted: Wanted | None = None, once: UUID | None = None) -> UUID:
        new_id = once or uuid4()
        group_meetings.add_meeting(self.whose.actor, self.id, new_id, wanted or a_meeting())
        return new_id

    def moves(
        self, meeting_id: UUID, day: str, clock: str = "14:00", seen: int | None = None, confirmed: str = ""
    ) -> None:
        revision = self.meeting(meeting_id).revision if seen is None else seen
        group_meetings.move_meeting(self.whose.actor, meeting_id, NewTime(day, clock, revision, confirmed))

    def cancels(self, meeting_id: UUID, seen: int | None = None) -> None:
        revision = self.meeting(meeting_id).revision if seen is None else seen
        group_meetings.cancel_meeting(self.whose.actor, meeting_id, revision)

    def notes(self, meeting_id: UUID, *noted: tuple[Enrolled, str], seen: int | None = None) -> None:
        places = self.places(meeting_id)
        rows = []
        for who, chosen in noted:
            place = places[who.enrolment_id]
            rows.append(Noted(place.id, chosen, place.revision if seen is None else seen))
        group_attendance.note_each(self.whose.actor, meeting_id, rows)

    def sets(
        self, meeting_id: UUID, slug: str = "a-week-of-choices", once: UUID | None = None, card: Card = CARD
    ) -> int:
        with self.cast.store.reading() as tx:
            version = next(each for each in library.newest_versions(tx) if each.activity.id == slug)
        return self.sets_version(version.id, meeting_id, once, card)

    def sets_version(
        self, version_id: UUID, meeting_id: UUID, once: UUID | None = None, card: Card = CARD
    ) -> int:
        due = Due(once or uuid4(), str(meeting_id), card)
        return assign_to_group.set_for_group(self.whose.actor, self.id, version_id, due, unapproved_too=True)

    def meeting(self, meeting_id: UUID) -> Meeting:
        with self.cast.store.reading() as tx:
            return groups.meeting(groups.meeting_row(tx, self.whose.viewer, meeting_id))

    def places(self, meeting_id: UUID) -> dict[UUID, Appointment]:
        """Return each group member's own appointment for this group meeting, keyed by enrolment."""
        with self.cast.store.reading() as tx:
            return group_places.places(tx, self.whose.viewer, [meeting_id])[meeting_id]

    def members(self) -> list[Member]:
        """Return the current and former members of the group."""
        with self.cast.store.reading() as tx:
            return group_members.members(tx, self.whose.viewer, [self.id])[self.id]


def a_group(cast: Cast, *people: Enrolled, whose: Staff | None = None, label: str = "") -> Group:
    """Return a new group that has these members."""
    made = Group(cast, whose or cast.priya)
    ids = [str(each.enrolment_id) for each in people]
    manage_groups.begin(made.whose.actor, made.id, NewGroup(label, "epsom", programme()), ids)
    return made


def pieces(cast: Cast, who: Enrolled) -> list[Piece]:
    with cast.store.reading() as tx:
        return piece_list.pieces(tx, [who.enrolment_id])[who.enrolment_id]


def meetings(cast: Cast, who: Enrolled) -> list[Appointment]:
    with cast.store.reading() as tx:
        return appointments.appointments(tx, who.enrolment_id)


def days(found: Sequence[Appointment]) -> list[str]:
    """Return the day and hour of each appointment that hasn't been cancelled."""
    return [f"{each.starts_at:%m-%d %H}" for each in found if not each.cancelled]
