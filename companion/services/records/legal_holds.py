"""Let leads set and lift legal holds. A legal hold prevents a participant's erasure."""

from uuid import UUID

from companion.domain.people import Role, typed_reference
from companion.domain.records import data_rights
from companion.domain.refusals import ChangedElsewhere, Problem, Rejected
from companion.services.act import Actor, acting
from companion.store import audit, people
from companion.store.audit import Event
from companion.store.enrolments import enrolments
from companion.store.records import legal_holds
from companion.store.records.legal_holds import LegalHoldRow


def set_hold(actor: Actor, new_id: UUID, reference: str, typed: tuple[str, str, str]) -> None:
    """Set a legal hold.

    Repeating the call with the same id does nothing. ``typed`` contains the hold's kind, reason and review
    day. Raise ``Rejected`` for a mistake in the form. Raise ``Rejected`` if the reference is unknown or
    belongs to an erased participant.
    """
    with acting(actor, role=Role.LEAD) as tx:
        enrolment = enrolments.by_reference(tx, typed_reference(reference))
        problems = [] if enrolment else [Problem("no_such_reference", field="reference")]
        try:
            new = data_rights.new_hold(*typed, actor.now)
        except Rejected as rejected:
            problems += rejected.problems
        if problems or enrolment is None:
            raise Rejected(*problems)
        people.lock(tx, enrolment.participant_id)
        account = people.account(tx, enrolment.participant_id)
        if account.erased_at is not None:  # the participant has just been erased
            raise Rejected(Problem("no_such_reference", field="reference"))
        if tx.get(LegalHoldRow, new_id) is None:
            legal_holds.add(tx, new_id, account.id, new)
            audit.record(tx, Event.HOLD_SET, subject=new_id, detail=new.kind)
        tx.commit()


def lift_hold(actor: Actor, hold_id: UUID, why: str) -> None:
    """Lift a legal hold, with a reason.

    Raise ``Rejected`` for a missing or overlong reason. Raise ``ChangedElsewhere`` if another lead has lifted
    the hold.
    """
    words = data_rights.reason(why)
    with acting(actor) as tx:
        row = legal_holds.hold_row(tx, actor.viewer, hold_id)
        if row.lifted_at is not None:
            raise ChangedElsewhere
        legal_holds.lift(tx, row, words)
        audit.record(tx, Event.HOLD_LIFTED, subject=row.id)
        tx.commit()
