"""Create groups, and add and remove members. A former member keeps their own work, plan and past
appointments.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

from companion.domain.meetings.appointments import Attendance
from companion.domain.meetings.clashes import Clashing, clashes
from companion.domain.meetings.groups import Meeting, label, one_for
from companion.domain.programme.programme import Programme
from companion.domain.refusals import ChangedElsewhere, NotFound, Problem, Rejected
from companion.services.act import Actor, acting
from companion.services.meetings.attendance import note_row
from companion.services.meetings.schedule import add_row
from companion.store import audit, people
from companion.store.base import Transaction
from companion.store.enrolments import enrolments
from companion.store.enrolments.enrolments import Enrolment, ProgrammePlace
from companion.store.meetings import appointments, group_members, group_places, groups
from companion.store.meetings.groups import GroupMemberRow, GroupPlaceRow, GroupRow


@dataclass(frozen=True)
class NewGroup:
    """The details of a new group, as typed."""

    label: str
    site: str
    programme: Programme


def begin(actor: Actor, new_id: UUID, typed: NewGroup, chosen: Sequence[str]) -> None:
    """Create a group with these enrolments as members.

    A form sent twice creates only one group. Raise ``Rejected`` with every mistake in the form.
    """
    with acting(actor) as tx:
        people.lock(tx, actor.viewer.account_id)  # a form sent twice creates only one group
        if tx.get(GroupRow, new_id) is not None:
            groups.group_row(tx, actor.viewer, new_id)
            return
        problems: list[Problem] = []
        called, those = "", list[Enrolment]()
        try:
            called = label(typed.label)
        except Rejected as rejected:
            problems += rejected.problems
        if typed.programme.site(typed.site) is None:
            problems.append(Problem("not_offered", field="site"))
        try:
            those = _enrolments(tx, typed.programme.id, chosen)
        except Rejected as rejected:
            problems += rejected.problems
        if problems:
            raise Rejected(*problems)
        place = ProgrammePlace(typed.programme.id, typed.programme.version, typed.site)
        row = groups.add_group(tx, new_id, called, place)
        audit.record(tx, audit.Event.GROUP_ADDED, subject=row.id)
        for enrolment in those:
            _let_in(tx, row, enrolment)
        tx.commit()


def relabel(actor: Actor, group_id: UUID, typed: str, seen: int) -> None:
    """Change a group's name, which only staff see.

    Raise ``Rejected`` for a bad name, or ``ChangedElsewhere`` if the group has changed.
    """
    with acting(actor) as tx:
        row, called = groups.group_row(tx, actor.viewer, group_id), label(typed)
        if called == groups.group(tx, row).label:
            return
        if row.revision != seen:
            raise ChangedElsewhere
        groups.name_it(tx, row, called)
        row.revision += 1
        audit.record(tx, audit.Event.GROUP_LABELLED, subject=row.id)
        tx.commit()


def join(actor: Actor, group_id: UUID, chosen: Sequence[str], confirmed: str) -> None:
    """Add members to a group, each with an appointment for every future meeting.

    Repeating the call changes nothing. Raise ``Rejected`` if nobody is chosen, or if one of the chosen
    participants can't join the group. Raise ``Clashing`` for a clash with a new member's other appointments.
    """
    with acting(actor) as tx:
        appointments.hold_diary(tx, actor.viewer)
        row = groups.group_row(tx, actor.viewer, group_id)
        inside = group_members.inside(tx, actor.viewer, group_id)
        new = [each for each in chosen if each not in inside]
        if chosen and not new:
            return
        those = _enrolments(tx, row.programme_id, new)
        if not those:
            raise Rejected(Problem("nothing_chosen", field="members"))
        meetings = [each for each in groups.meetings(tx, [row.id])[row.id] if each.is_to_come(actor.now)]
        _require_free(tx, those, meetings, confirmed)
        for enrolment in those:
            _let_in(tx, row, enrolment)
            for meeting in meetings:
                give_place(tx, enrolment, meeting, uuid4())
        tx.commit()


def leave(actor: Actor, group_id: UUID, enrolment_id: UUID) -> None:
    """Remove a member from a group and cancel their future group appointments. Past appointments, and
    appointments that were moved separately, aren't changed.

    Repeating the call changes nothing. Raise ``NotFound`` if the person was never a member.
    """
    with acting(actor) as tx:
        row = groups.group_row(tx, actor.viewer, group_id)
        enrolment = enrolments.enrolment(tx, actor.viewer, enrolment_id, lock=True)
        membership = group_members.membership(tx, row.id, enrolment.id)
        if membership is None:
            raise NotFound
        if membership.left_at is not None:
            return
        membership.left_at = actor.now
        audit.record(tx, audit.Event.GROUP_LEFT, subject=enrolment.id)
        meetings = {each.id: each for each in groups.meetings(tx, [row.id])[row.id]}
        for meeting_id, _, place in group_places.locked(tx, actor.viewer, meetings, enrolment.id):
            found = appointments.appointment(place)
            if found.is_to_come(actor.now) and meetings[meeting_id].holds(found):
                said = appointments.words(tx, place)
                note_row(tx, enrolment, place, Attendance.CANCELLED_BY_SERVICE, said)
        tx.commit()


def give_place(tx: Transaction, enrolment: Enrolment, meeting: Meeting, new_id: UUID) -> None:
    """Add one member's appointment for a group meeting."""
    add_row(tx, enrolment, replace(meeting.appointment, id=new_id, revision=1))
    tx.add(GroupPlaceRow(meeting_id=meeting.id, appointment_id=new_id))
    tx.flush()


def give_places(tx: Transaction, meeting: Meeting) -> None:
    """Add an appointment for every member who takes part in a group meeting."""
    for enrolment in group_members.taking_part(tx, tx.viewer, meeting.group_id):
        give_place(tx, enrolment, meeting, one_for(meeting.id, enrolment.id))


def _enrolments(tx: Transaction, programme_id: str, chosen: Sequence[str]) -> list[Enrolment]:
    """Lock and return the chosen enrolments.

    docs/locks.md sets the order of the locks. Raise ``Rejected`` if one of the enrolments can't join the
    group.
    """
    offered = {
        str(enrolment_id): enrolment_id
        for enrolment_id, *_ in group_members.free(tx, tx.viewer, programme_id)
    }
    if any(each not in offered for each in chosen):
        raise Rejected(Problem("not_offered", field="members"))
    those = enrolments.lock_several(tx, tx.viewer, {offered[each] for each in chosen})
    still = {enrolment_id for enrolment_id, *_ in group_members.free(tx, tx.viewer, programme_id)}
    if len(those) != len(set(chosen)) or not {each.id for each in those} <= still:
        raise Rejected(Problem("not_offered", field="members"))
    return list(those)


def _let_in(tx: Transaction, row: GroupRow, enrolment: Enrolment) -> None:
    tx.add(GroupMemberRow(group_id=row.id, enrolment_id=enrolment.id, joined_at=tx.now))
    tx.flush()
    audit.record(tx, audit.Event.GROUP_JOINED, subject=enrolment.id)


def _require_free(
    tx: Transaction, those: Sequence[Enrolment], meetings: Sequence[Meeting], confirmed: str
) -> None:
    """Raise ``Clashing`` if a meeting clashes with a new member's appointments, unless the practitioner has
    confirmed the clash.
    """
    spans, joining = [each.span for each in meetings], {each.id for each in those}
    diary = [met for met in appointments.diary(tx, tx.viewer, spans) if met.enrolment_id in joining]
    found = clashes(spans, diary)
    if found and found.mark != confirmed:
        raise Clashing(found)
