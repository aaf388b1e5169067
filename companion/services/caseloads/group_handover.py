"""Update groups after participants have been handed over.

If all members of a group are handed over together, the new practitioner also takes over the group. If only
some members are handed over, those members leave the group.
"""

from collections.abc import Collection, Sequence
from uuid import UUID

from companion.domain.meetings.appointments import Attendance
from companion.services.meetings.attendance import note_row
from companion.store import audit
from companion.store.base import Transaction
from companion.store.enrolments.enrolments import Enrolment
from companion.store.meetings import appointments, group_members, group_places
from companion.store.meetings.groups import GroupRow


def take_along(tx: Transaction, groups: Sequence[GroupRow], chosen: Collection[UUID], to: UUID) -> set[UUID]:
    """Hand over each group whose members are all being handed over. Return the ids of everyone in the groups
    that were handed over.

    The caller must lock the groups and enrolments first.
    """
    staying: set[UUID] = set()
    for group in groups:
        coming = group_members.members_of(tx, group.id)
        if coming and coming <= set(chosen):
            group.practitioner_id = to
            staying |= coming
            audit.record(tx, audit.Event.GROUP_HANDED_OVER, subject=group.id)
    return staying


def leave_groups(tx: Transaction, leaving: Collection[Enrolment]) -> None:
    """If a participant is handed over without their group, remove them from the group and cancel their future
    group appointments. Appointments that were moved separately aren't cancelled.
    """
    those = {each.id: each for each in leaving if group_members.let_go(tx, each.id, tx.now)}
    for meeting, row in group_places.to_come(tx, those, tx.now):
        found = appointments.appointment(row)
        if meeting.holds(found) and not found.cancelled:
            said = appointments.words(tx, row)
            note_row(tx, those[row.enrolment_id], row, Attendance.CANCELLED_BY_SERVICE, said)
    for enrolment_id in those:
        group_places.untie(tx, enrolment_id, tx.now)
        audit.record(tx, audit.Event.GROUP_LEFT, subject=enrolment_id)
