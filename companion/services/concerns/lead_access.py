"""Give a lead access to a participant's record, and store the reason.

Companion tells the practitioner at once that a lead has access to the record, unless a second lead has agreed
to a delay. If an open concern is about the practitioner, don't tell them that a lead opened the record over a
concern.
"""

from dataclasses import dataclass
from uuid import UUID

from companion.domain.concerns.concerns import ConcernKind
from companion.domain.concerns.lead_access import (
    OPEN_FOR,
    UNTOLD_FOR,
    AccessState,
    AccessStepKind,
    Purpose,
    access_purpose,
    access_reason,
)
from companion.domain.people import Role, Viewer, typed_reference
from companion.domain.refusals import NotAllowed, NotFound, Problem, Rejected
from companion.domain.text import clean_line
from companion.services.act import Actor, acting
from companion.store import audit, outbox, people
from companion.store.audit import Event
from companion.store.base import Transaction
from companion.store.concerns import concern_rules, concerns, lead_access
from companion.store.concerns.lead_access import LeadAccessRow
from companion.store.enrolments import enrolments
from companion.store.enrolments.enrolments import Enrolment

REFERENCE_MOST = 20


@dataclass(frozen=True)
class AccessForm:
    """A lead's request for access to a record, as typed.

    ``later`` is True if the practitioner shouldn't be told about the access until later. A lead may postpone
    telling the practitioner only if a second lead agrees.
    """

    reference: str
    purpose: str
    reason: str
    later: bool = False


def look(actor: Actor, new_id: UUID, typed: AccessForm) -> AccessState:
    """Give the lead access to a record.

    To delay telling the practitioner, a lead needs a second lead's agreement before the access begins.

    Return the state of the lead's request. Repeating the call changes nothing. Raise ``Rejected`` if the form
    has a mistake, or if no second lead can agree.
    """
    with acting(actor) as tx:
        _require_lead(actor.viewer)
        people.lock(tx, actor.viewer.account_id)  # a form sent twice counts only once
        done = tx.get(LeadAccessRow, new_id)
        if done is not None:
            _require_own(actor.viewer, done)
            return AccessState(done.state)
        enrolment, purpose, words = _checked(tx, typed)
        row = LeadAccessRow(
            id=new_id, enrolment_id=enrolment.id, lead_id=actor.viewer.account_id, purpose=purpose
        )
        row.state, row.asked_at = AccessState.ASKED, actor.now
        lead_access.seal_reason(tx, row, words)
        tx.add(row)
        if typed.later and not _withheld(tx, row):
            _record(tx, Event.LOOK_ASKED, row)
        else:
            _open(tx, row)
        tx.commit()
        return AccessState(row.state)


def begin(actor: Actor, look_id: UUID) -> None:
    """Give a lead access to a record, after a second lead has agreed.

    Repeating the call changes nothing. Raise ``NotAllowed`` if no second lead has agreed, or if the access is
    for a concern and the participant has no open concern any more. Raise ``NotFound`` unless the viewer made
    the request.
    """
    with acting(actor) as tx:
        row = lead_access.look_row(tx, actor.viewer, look_id)
        _require_own(actor.viewer, row)
        if row.state == AccessState.OPENED:
            return
        if row.state != AccessState.AGREED:
            raise NotAllowed("look_decided")
        if row.purpose == Purpose.CONCERN and not concerns.any_open(tx, row.enrolment_id):
            raise NotAllowed("no_open_concern")
        _open(tx, row)
        tx.commit()


def agree(actor: Actor, look_id: UUID, reason: str) -> None:
    """Let a second lead agree to delay telling the practitioner about a lead's access.

    A second lead can agree to tell the practitioner later, even after the first lead has opened the record.
    Each time a lead agrees to a delay, the practitioner isn't told about the access for the next 28 days.
    Raise ``Rejected`` if the second lead gives no reason. Raise ``NotAllowed`` if the viewer made the
    request, or the request is already decided.
    """
    words = access_reason(reason)
    with acting(actor) as tx:
        row = lead_access.look_row(tx, actor.viewer, look_id)
        kind = lead_access.look(row).require_second(actor.viewer.account_id, actor.now)
        row.told_from = actor.now + UNTOLD_FOR
        lead_access.add_step(tx, row, kind, words)
        if kind is AccessStepKind.AGREED:
            row.state = AccessState.AGREED
            _record(tx, Event.LOOK_AGREED, row)
        else:
            _tell(tx, row)
            _record(tx, Event.LOOK_PROLONGED, row)
        tx.commit()


def refuse(actor: Actor, look_id: UUID, reason: str) -> None:
    """Let another lead refuse a lead's request to tell the practitioner later.

    The lead who made a request can withdraw the request with this function. Raise ``Rejected`` if no reason
    is given. Raise ``NotAllowed`` if the request has already been decided.
    """
    words = access_reason(reason)
    with acting(actor) as tx:
        row = lead_access.look_row(tx, actor.viewer, look_id)
        if row.state != AccessState.ASKED:
            raise NotAllowed("look_decided")
        row.state = AccessState.REFUSED
        lead_access.add_step(tx, row, AccessStepKind.REFUSED, words)
        _record(tx, Event.LOOK_REFUSED, row)
        tx.commit()


def tell(actor: Actor, look_id: UUID) -> None:
    """Tell the practitioner about a lead's access to a record.

    Repeating the call changes nothing. Raise ``NotAllowed`` if the lead hasn't opened the record, or if the
    access must stay secret from the practitioner.
    """
    with acting(actor) as tx:
        row = lead_access.look_row(tx, actor.viewer, look_id)
        if row.state != AccessState.OPENED:
            raise NotAllowed("look_decided")
        look = lead_access.look(row)
        if look.withheld:
            raise NotAllowed("look_decided")
        if look.is_told(actor.now):
            return
        row.told_from = actor.now
        lead_access.add_step(tx, row, AccessStepKind.TOLD, "")
        _tell(tx, row)
        _record(tx, Event.LOOK_TOLD, row)
        tx.commit()


def tell_taker(tx: Transaction, enrolment_id: UUID) -> None:
    """Notify a participant's new practitioner of a lead's access.

    Do nothing if a practitioner has already been told about the access.

    The caller commits the transaction.
    """
    for row in lead_access.untold(tx, enrolment_id, tx.now):
        _tell(tx, row)


def end_for_concern(tx: Transaction, enrolment_id: UUID) -> None:
    """End all access that leads were given for a concern. If a lead has requested access for a concern,
    refuse the request, even if a second lead has agreed to it.

    Tell the practitioner about the access, unless practitioners must not know. The caller must lock the
    enrolment first, and commit the transaction afterwards.
    """
    for row in lead_access.for_concern(tx, enrolment_id):
        if row.state in (AccessState.ASKED, AccessState.AGREED):
            row.state = AccessState.REFUSED
            lead_access.add_step(tx, row, AccessStepKind.REFUSED, "")
            _record(tx, Event.LOOK_REFUSED, row)
        elif row.state == AccessState.OPENED:
            row.until = min(row.until or tx.now, tx.now)
            look = lead_access.look(row)
            if not look.withheld and not look.is_told(tx.now):
                row.told_from = tx.now
                lead_access.add_step(tx, row, AccessStepKind.TOLD, "")
                _tell(tx, row)
                _record(tx, Event.LOOK_TOLD, row)


def _open(tx: Transaction, row: LeadAccessRow) -> None:
    row.state, row.opened_at, row.until = AccessState.OPENED, tx.now, tx.now + OPEN_FOR
    row.told_from = None if _withheld(tx, row) else max(row.told_from or tx.now, tx.now)
    tx.flush()
    if row.told_from:
        _tell(tx, row)
    _record(tx, Event.LOOK_OPENED, row)


def _withheld(tx: Transaction, row: LeadAccessRow) -> bool:
    return row.purpose == Purpose.CONCERN and concerns.any_open(
        tx, row.enrolment_id, ConcernKind.ABOUT_PRACTITIONER
    )


def _tell(tx: Transaction, row: LeadAccessRow) -> None:
    """Notify the practitioner of the lead's access."""
    practitioner, due = tx.get_one(Enrolment, row.enrolment_id).practitioner_id, row.told_from or tx.now
    outbox.withdraw(tx, outbox.Notice.LOOKED_AT, row.id)
    outbox.notify_once(tx, practitioner, outbox.Notice.LOOKED_AT, row.id, f"{due:%Y-%m-%dT%H:%M}", due)


def _checked(tx: Transaction, typed: AccessForm) -> tuple[Enrolment, Purpose, str]:
    """Check a lead's request for access, and return the request's enrolment, purpose and reason.

    Raise ``Rejected`` with every problem.
    """
    problems: list[Problem] = []
    enrolment, purpose, words = None, Purpose.PRACTICE, ""
    try:
        line = clean_line(typed.reference, REFERENCE_MOST, "reference")
        enrolment = enrolments.by_reference(tx, typed_reference(line), keep=True)
        if enrolment is None:
            problems.append(Problem("no_such_reference", field="reference"))
    except Rejected as rejected:
        problems += rejected.problems
    try:
        purpose = access_purpose(typed.purpose)
    except Rejected as rejected:
        problems += rejected.problems
    try:
        words = access_reason(typed.reason)
    except Rejected as rejected:
        problems += rejected.problems
    if enrolment is not None and purpose is Purpose.CONCERN and not concerns.any_open(tx, enrolment.id):
        problems.append(Problem("no_open_concern", field="purpose"))
    if typed.later and not any(each != tx.viewer.account_id for each in concern_rules.lead_ids(tx)):
        problems.append(Problem("no_second_lead", field="later"))
    if problems or enrolment is None:
        raise Rejected(*problems)
    return enrolments.lock_of(tx, enrolment.id, enrolments.is_there()), purpose, words


def _require_lead(viewer: Viewer) -> None:
    if viewer.role is not Role.LEAD:
        raise NotFound


def _require_own(viewer: Viewer, row: LeadAccessRow) -> None:
    if row.lead_id != viewer.account_id:
        raise NotFound


def _record(tx: Transaction, event: Event, row: LeadAccessRow) -> None:
    audit.record(tx, event, subject=row.id, enrolment=row.enrolment_id, detail=row.purpose, look=row.id)
