"""Set work for a whole group. Each member gets their own piece of work."""

from uuid import UUID

from companion.domain.meetings.groups import one_for
from companion.domain.refusals import NotAllowed, Problem, Rejected
from companion.services.act import Actor, acting
from companion.services.work.assign import ENGLISH, Deadline, Due, add_work, chosen, may_set
from companion.store import people
from companion.store.activities import activities
from companion.store.meetings import group_members, group_places, groups
from companion.store.work.rows import WorkRow


def set_for_group(actor: Actor, group_id: UUID, version_id: UUID, due: Due, *, unapproved_too: bool) -> int:
    """Set the same work for every group member who can currently be given work and has an appointment for the
    meeting. Return how many pieces of work were set.

    If Companion can't set the work for one of these members, nobody gets the work. A form sent twice sets the
    work only once. ``due`` holds the id of the group meeting that the work is due for. A member who isn't
    coming to the meeting gets work for their next appointment. Raise ``Rejected`` for a mistake in the form.
    Raise ``NotAllowed`` if nobody in the group can get the work, or if the activity contains an error.
    """
    with acting(actor) as tx:
        groups.group_row(tx, actor.viewer, group_id)
        everybody = group_members.members(tx, actor.viewer, [group_id])[group_id]
        ids = {one_for(due.new_id, member.enrolment_id) for member in everybody}
        already = [new_id for new_id in ids if tx.get(WorkRow, new_id) is not None]
        if already:
            return len(already)
        those = group_members.taking_part(
            tx, actor.viewer, group_id
        )  # enrolments are locked before the activity (docs/locks.md)
        activities.hold_still(tx, actor.viewer, version_id)
        offered = may_set(tx, unapproved_too=unapproved_too)
        chosen(offered, version_id, ENGLISH)
        to_come = {
            str(each.id): each
            for each in groups.meetings(tx, [group_id])[group_id]
            if each.is_to_come(actor.now)
        }
        if due.appointment not in to_come:
            raise Rejected(Problem("not_offered", field="due"))
        meeting_id = to_come[due.appointment].id
        places = group_places.places(tx, actor.viewer, [meeting_id])[meeting_id]
        those = [each for each in those if each.id in places]
        if not those:
            raise NotAllowed("group_empty")
        for enrolment in those:
            own = Deadline(one_for(due.new_id, enrolment.id), places[enrolment.id].id, due.card)
            version = chosen(offered, version_id, people.account(tx, enrolment.participant_id).language)
            add_work(tx, enrolment, version.id, version.activity, own)
        tx.commit()
    return len(those)
