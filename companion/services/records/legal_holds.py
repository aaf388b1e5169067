"""A lead sets a hold on a reference, so that nothing of it is erased, and lifts it again."""

from datetime import datetime
from uuid import UUID

from companion.domain.people import Role, Viewer, typed_reference
from companion.domain.records import data_rights
from companion.domain.refusals import ChangedElsewhere, NotFound, Problem, Rejected
from companion.services.act import acting
from companion.store import audit, people
from companion.store.audit import Event
from companion.store.base import Store
from companion.store.enrolments import enrolments
from companion.store.records import legal_holds
from companion.store.records.legal_holds import LegalHoldRow


def set_hold(
    store: Store, viewer: Viewer, new_id: UUID, reference: str, typed: tuple[str, str, str], now: datetime
) -> None:
    """Set it; ``typed`` is its kind, its reason and the day to look at it again. Twice with one id sets it once.

    Raises ``Rejected``, also for a reference that nobody has or that is erased.
    """
    with acting(store, viewer, now) as tx:
        if viewer.role is not Role.LEAD:
            raise NotFound
        enrolment = enrolments.by_reference(tx, typed_reference(reference))
        problems = [] if enrolment else [Problem("no_such_reference", field="reference")]
        try:
            new = data_rights.new_hold(*typed, now)
        except Rejected as rejected:
            problems += rejected.problems
        if problems or enrolment is None:
            raise Rejected(*problems)
        people.lock(tx, enrolment.participant_id)
        account = people.account(tx, enrolment.participant_id)
        if account.erased_at is not None:  # a moment ago
            raise Rejected(Problem("no_such_reference", field="reference"))
        if tx.get(LegalHoldRow, new_id) is None:
            legal_holds.add(tx, viewer, new_id, account.id, new, now)
            audit.record(tx, Event.HOLD_SET, now, viewer, subject=new_id, detail=new.kind)
        tx.commit()


def lift_hold(store: Store, viewer: Viewer, hold_id: UUID, why: str, now: datetime) -> None:
    """Lift it, with a reason. Raises ``Rejected``, and ``ChangedElsewhere`` where another lead was quicker."""
    words = data_rights.reason(why)
    with acting(store, viewer, now) as tx:
        row = legal_holds.hold_row(tx, viewer, hold_id)
        if row.lifted_at is not None:
            raise ChangedElsewhere
        legal_holds.lift(tx, viewer, row, words, now)
        audit.record(tx, Event.HOLD_LIFTED, now, viewer, subject=row.id)
        tx.commit()
