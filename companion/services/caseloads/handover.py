"""Let a participant's practitioner, or a lead, hand the participant over to another practitioner.

A handover takes effect at once and needs a reason.
"""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID, uuid5

from companion.domain.enrolments.pathway import reason_for
from companion.domain.people import Role
from companion.domain.refusals import ChangedElsewhere, NotFound, Problem, Rejected
from companion.services.act import Actor, acting
from companion.services.caseloads.group_handover import leave_groups, take_along
from companion.services.concerns import lead_access
from companion.store import audit, outbox, people
from companion.store.base import Transaction
from companion.store.caseloads import by_reference
from companion.store.enrolments import enrolments, handovers
from companion.store.enrolments.enrolments import Enrolment
from companion.store.enrolments.handovers import Handover, HandoverRow
from companion.store.meetings import groups


@dataclass(frozen=True)
class HandoverForm:
    """The new practitioner and the reason, as entered in the form."""

    to: UUID | None
    reason: str


def hand_over(actor: Actor, enrolment_id: UUID, new_id: UUID, typed: HandoverForm) -> None:
    """Hand over one of the viewer's participants.

    The viewer loses access to the participant's record at once. If the participant is a group's only member,
    the group is handed over too. If the group has other members, the participant leaves the group, which
    stays with its present practitioner. Repeating the call with the same id does nothing. Raise ``Rejected``
    for a mistake in the form. Raise ``NotFound`` if the participant already has another practitioner.
    """
    with acting(actor, role=Role.PRACTITIONER) as tx:
        done = tx.get(HandoverRow, new_id)
        if done and (done.by_id, done.enrolment_id) == (actor.viewer.account_id, enrolment_id):
            return
        _hold_still(tx, typed.to)
        own = groups.all_locked(tx, actor.viewer.account_id)
        enrolment = enrolments.enrolment(tx, actor.viewer, enrolment_id, lock=True)
        taker, words = _checked(tx, actor.viewer.account_id, typed.to, typed.reason)
        together = take_along(tx, own, {enrolment.id}, taker)
        leave_groups(tx, [enrolment] if enrolment.id not in together else [])
        _hand_over(tx, enrolment, new_id, taker, words)
        tx.commit()


def hand_over_several(
    actor: Actor, practitioner_id: UUID, chosen: Collection[UUID], new_id: UUID, typed: HandoverForm
) -> int:
    """Let a lead hand over several of a practitioner's participants. Return how many participants were handed
    over.

    If one handover is refused, nobody is handed over. Repeating the call with the same id does nothing. Raise
    ``Rejected`` for a mistake in the form. Raise ``ChangedElsewhere`` if a participant already has another
    practitioner.
    """
    with acting(actor) as tx:
        _hold_still(tx, typed.to)
        theirs = groups.all_locked(tx, practitioner_id)
        his = by_reference.locked(tx, actor.viewer, practitioner_id)
        problems = [] if chosen else [Problem("nothing_chosen", field="who")]
        ids = {each: uuid5(new_id, str(each)) for each in sorted(set(chosen))}
        if ids and all(tx.get(HandoverRow, each) for each in ids.values()):
            return len(ids)
        try:
            taker, words = _checked(tx, practitioner_id, typed.to, typed.reason)
        except Rejected as rejected:
            raise Rejected(*problems, *rejected.problems) from rejected
        if problems:
            raise Rejected(*problems)
        if not ids.keys() <= his.keys():
            raise ChangedElsewhere
        together = take_along(tx, theirs, ids, taker)
        leave_groups(tx, [his[each] for each in ids if each not in together])
        for each, handover_id in ids.items():
            _hand_over(tx, his[each], handover_id, taker, words)
        tx.commit()
    return len(ids)


def read_of_it(actor: Actor) -> Handover:
    """Return the signed-in participant's latest handover and new practitioner.

    Mark the handover as seen by the participant. Raise ``NotFound`` if there was no handover.
    """
    with actor.store.writing(actor.now, actor.viewer) as tx:
        enrolments.enrolment(tx, actor.viewer, lock=True)
        row = handovers.of_participant(tx, actor.viewer)
        if row is None:
            raise NotFound
        row.seen_at = row.seen_at or actor.now
        found = handovers.shown(tx, row)
        tx.commit()
    return found


def _hold_still(tx: Transaction, to: UUID | None) -> None:
    """Lock the new practitioner's account until the transaction ends."""
    if to:
        people.lock(tx, to)


def _checked(tx: Transaction, present: UUID, to: UUID | None, reason: str) -> tuple[UUID, str]:
    """Return the new practitioner and the reason, or raise ``Rejected`` with every problem."""
    problems: list[Problem] = []
    offered = {each.id for each in people.practitioners(tx, but=present)}
    words = ""
    if to not in offered:
        problems.append(Problem("not_offered", field="to"))
    try:
        words = reason_for(reason)
    except Rejected as rejected:
        problems += rejected.problems
    if to is None or problems:
        raise Rejected(*problems)
    return to, words


def _hand_over(tx: Transaction, enrolment: Enrolment, new_id: UUID, to: UUID, words: str) -> None:
    handovers.add(tx, new_id, enrolment, to, words)
    people.end_invitations(tx, enrolment.participant_id, tx.now)  # the previous practitioner knows the code
    for each in (enrolment.participant_id, to):
        outbox.notify(tx, each, outbox.Notice.HANDED_OVER, new_id)
    lead_access.tell_taker(tx, enrolment.id)
    audit.record(tx, audit.Event.HANDED_OVER, subject=new_id, enrolment=enrolment.id)
