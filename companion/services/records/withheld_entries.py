"""Let leads decide whether a participant may see withheld entries of the access log."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from companion.domain.people import Role, Viewer, typed_reference
from companion.domain.records import access_log
from companion.domain.records.access_log import Decision, Read
from companion.domain.refusals import ChangedElsewhere, NotFound, Problem, Rejected
from companion.services.act import Actor, Counted, acting
from companion.store import audit
from companion.store.audit import Event
from companion.store.base import Transaction
from companion.store.enrolments import enrolments
from companion.store.enrolments.enrolments import Enrolment
from companion.store.records.access_log import DisclosureRow, NewDecision, add_decision, withheld


@dataclass(frozen=True)
class Withheld:
    """Entries of the access log that are withheld from a participant."""

    enrolment_id: UUID
    reference: str
    reads: list[tuple[Read, Decision | None]]


def open_withheld(actor: Actor, reference: str) -> Withheld | None:
    """Return the entries of the access log that are withheld from a participant, or None if the participant's
    reference number is unknown.

    The audit log records each time that a lead reads withheld entries.
    """
    with acting(actor, Counted.NEVER) as tx:
        _require_lead(actor.viewer)
        row = enrolments.by_reference(tx, typed_reference(reference))
        if row is None:
            return None
        found = Withheld(row.id, row.reference, withheld(tx, row, actor.now))
        audit.record(tx, Event.WITHHELD_READ, enrolment=row.id)
        tx.commit()
    return found


@dataclass(frozen=True)
class One:
    """A withheld entry, and the decision about it."""

    enrolment_id: UUID
    reference: str
    read: Read
    decision: Decision | None


def open_one(actor: Actor, enrolment_id: UUID, entry_id: UUID) -> One:
    """Return a withheld entry of a participant's access log. The audit log records each time that a lead
    reads withheld entries.

    Raise ``NotFound`` if the participant has no withheld entry with this id.
    """
    with acting(actor, Counted.NEVER) as tx:
        row = _enrolment(tx, actor.viewer, enrolment_id)
        read, decision = _entry(tx, row, entry_id, actor.now)
        audit.record(tx, Event.WITHHELD_READ, subject=entry_id, enrolment=row.id)
        tx.commit()
    return One(row.id, row.reference, read, decision)


@dataclass(frozen=True)
class DisclosureForm:
    """A new decision whether to show a participant a withheld entry of their access log. ``seen`` is the
    number of the latest decision that the lead's page showed.
    """

    entry_id: UUID
    shown: str
    reason: str
    seen: int


def decide(actor: Actor, enrolment_id: UUID, new_id: UUID, typed: DisclosureForm) -> str:
    """Save a lead's decision whether to show a withheld entry to the participant. Return the participant's
    reference number.

    Repeating the call with the same id does nothing. Raise ``Rejected`` for a mistake in the form. Raise
    ``ChangedElsewhere`` if another lead has decided about the entry.
    """
    with acting(actor) as tx:
        row = _enrolment(tx, actor.viewer, enrolment_id, lock=True)
        read, before = _entry(tx, row, typed.entry_id, actor.now)
        if tx.get(DisclosureRow, new_id) is not None:
            return row.reference
        shown, words = _checked(typed)
        if (before.number if before else 0) != typed.seen:
            raise ChangedElsewhere
        add_decision(tx, row, NewDecision(new_id, read.id, typed.seen + 1, shown, words))
        detail = "shown" if shown else "withheld"
        audit.record(tx, Event.DISCLOSURE_DECIDED, subject=read.id, enrolment=row.id, detail=detail)
        tx.commit()
    return row.reference


def _checked(typed: DisclosureForm) -> tuple[bool, str]:
    problems, words = [], ""
    if typed.shown not in ("yes", "no"):
        problems.append(Problem("not_offered" if typed.shown else "nothing_chosen", field="shown"))
    try:
        words = access_log.reason(typed.reason)
    except Rejected as rejected:
        problems += rejected.problems
    if problems:
        raise Rejected(*problems)
    return typed.shown == "yes", words


def _entry(tx: Transaction, row: Enrolment, entry_id: UUID, now: datetime) -> tuple[Read, Decision | None]:
    found = {read.id: (read, decision) for read, decision in withheld(tx, row, now)}
    if entry_id not in found:
        raise NotFound
    return found[entry_id]


def _enrolment(tx: Transaction, viewer: Viewer, enrolment_id: UUID, *, lock: bool = False) -> Enrolment:
    _require_lead(viewer)
    row = enrolments.of_anybody(tx, enrolment_id, lock=lock)
    if row is None or row.erased_at is not None:
        raise NotFound
    return row


def _require_lead(viewer: Viewer) -> None:
    if viewer.role is not Role.LEAD:
        raise NotFound
