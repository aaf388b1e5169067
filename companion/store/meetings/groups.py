"""Groups and group meetings. Only a group's practitioner can see the group."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, LargeBinary, String, false, select
from sqlalchemy.orm import Mapped, mapped_column

from companion.domain.enrolments.pathway import AppointmentKind
from companion.domain.meetings.groups import Group, Meeting, new_reference
from companion.domain.people import Role, Viewer
from companion.domain.refusals import NotFound
from companion.store import keys, locks
from companion.store.base import Model, Transaction
from companion.store.enrolments.enrolments import ProgrammePlace
from companion.store.row_binding import Bound
from companion.store.types import UtcDateTime


class GroupRow(Bound, Model):
    """A practitioner's group, for one programme version at one site.

    ``label`` is the group's name.
    """

    __tablename__ = "groups"
    BOUND = ("practitioner_id", "reference", "created_at")

    practitioner_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    reference: Mapped[str] = mapped_column(String(10), unique=True)
    label: Mapped[bytes | None] = mapped_column(LargeBinary)
    programme_id: Mapped[str] = mapped_column(String(40))
    programme_version: Mapped[int]
    site: Mapped[str] = mapped_column(String(40))
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class GroupMemberRow(Model):
    """An enrolment's membership of a group. The row of the enrolment doesn't mention the group."""

    __tablename__ = "group_members"

    group_id: Mapped[UUID] = mapped_column(ForeignKey("groups.id"), index=True)
    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolments.id"), index=True)
    joined_at: Mapped[datetime] = mapped_column(UtcDateTime)
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class GroupMeetingRow(Model):
    """A group's meeting. ``GroupPlaceRow`` links a meeting to the members' appointments."""

    __tablename__ = "group_meetings"

    group_id: Mapped[UUID] = mapped_column(ForeignKey("groups.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    minutes: Mapped[int]
    site: Mapped[str] = mapped_column(String(40))
    revision: Mapped[int] = mapped_column(default=1)
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class GroupPlaceRow(Model):
    """The link from a group meeting to a member's appointment."""

    __tablename__ = "group_places"

    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("group_meetings.id"), index=True)
    appointment_id: Mapped[UUID] = mapped_column(ForeignKey("appointments.id"), unique=True)


def whose(viewer: Viewer) -> ColumnElement[bool]:
    """Select the groups that the viewer may see.

    Practitioners see their own groups, and nobody else sees groups.
    """
    return GroupRow.practitioner_id == viewer.account_id if viewer.role is Role.PRACTITIONER else false()


def add_group(tx: Transaction, new_id: UUID, label: str, place: ProgrammePlace) -> GroupRow:
    """Add a group, and give it a new reference code. Return the group."""
    reference = new_reference()
    while tx.scalar(select(GroupRow.id).where(GroupRow.reference == reference)):
        reference = new_reference()
    row = GroupRow(
        id=new_id,
        practitioner_id=tx.viewer.account_id,
        reference=reference,
        programme_id=place.programme_id,
        programme_version=place.programme_version,
        site=place.site,
        created_at=tx.now,
    )
    name_it(tx, row, label)
    tx.add(row)
    tx.flush()
    return row


def name_it(tx: Transaction, row: GroupRow, label: str) -> None:
    """Encrypt and store the group's name. An empty string removes the name."""
    row.label = tx.keys.box(keys.WORDS).seal("groups.label", row.id, label) if label else None


def group_row(tx: Transaction, viewer: Viewer, group_id: UUID) -> GroupRow:
    """Lock and return one of the viewer's groups.

    A group's lock covers its members and meetings.

    Raise ``NotFound`` if the viewer has no such group.
    """
    row = locks.lock_one(tx, select(GroupRow).where(whose(viewer), GroupRow.id == group_id))
    if row is None or not row.intact:
        raise NotFound
    return row


def all_locked(tx: Transaction, practitioner_id: UUID) -> list[GroupRow]:
    """Lock and return all of a practitioner's groups. A group's lock also covers its members."""
    rows = locks.lock(tx, select(GroupRow).where(GroupRow.practitioner_id == practitioner_id))
    return [row for row in rows if row.intact]


def group(tx: Transaction, row: GroupRow) -> Group:
    """Convert a group's row to a ``Group`` for display."""
    box = tx.keys.box(keys.WORDS)
    label = str(box.open("groups.label", row.id, row.label)) if row.label else ""
    return Group(row.id, row.reference, label, row.programme_id, row.site, row.revision)


def groups(tx: Transaction, viewer: Viewer) -> list[Group]:
    """Return the viewer's groups, the oldest first."""
    rows = tx.scalars(select(GroupRow).where(whose(viewer)).order_by(GroupRow.created_at, GroupRow.id))
    return [group(tx, row) for row in rows if row.intact]


def meeting_row(tx: Transaction, viewer: Viewer, meeting_id: UUID) -> GroupMeetingRow:
    """Return a meeting of one of the viewer's groups.

    Raise ``NotFound`` if the meeting doesn't belong to one of the viewer's groups.
    """
    row = tx.scalar(
        select(GroupMeetingRow)
        .join(GroupRow, GroupRow.id == GroupMeetingRow.group_id)
        .where(whose(viewer), GroupMeetingRow.id == meeting_id)
    )
    if row is None:
        raise NotFound
    return row


def locked(tx: Transaction, viewer: Viewer, meeting_id: UUID) -> GroupMeetingRow:
    """Return a group meeting, after locking the group to which the meeting belongs.

    Raise ``NotFound`` if the meeting doesn't belong to one of the viewer's groups.
    """
    of_viewer = select(GroupMeetingRow.group_id).join(GroupRow, GroupRow.id == GroupMeetingRow.group_id)
    group_id = tx.scalar(of_viewer.where(whose(viewer), GroupMeetingRow.id == meeting_id))
    if group_id is None:
        raise NotFound
    group_row(tx, viewer, group_id)
    return meeting_row(tx, viewer, meeting_id)


def meeting(row: GroupMeetingRow) -> Meeting:
    """Convert a group meeting's row to a ``Meeting``."""
    return Meeting(
        row.id,
        row.group_id,
        AppointmentKind(row.kind),
        row.starts_at,
        row.minutes,
        row.site,
        row.revision,
        row.cancelled_at,
    )


def meetings(tx: Transaction, groups: Iterable[UUID]) -> dict[UUID, list[Meeting]]:
    """Return each group's meetings, the earliest first."""
    found: dict[UUID, list[Meeting]] = defaultdict(list)
    rows = tx.scalars(
        select(GroupMeetingRow)
        .where(GroupMeetingRow.group_id.in_(list(groups)))
        .order_by(GroupMeetingRow.starts_at, GroupMeetingRow.id)
    )
    for row in rows:
        found[row.group_id].append(meeting(row))
    return found
