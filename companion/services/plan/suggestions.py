"""A practitioner reads a participant's plan and suggests items; leads edit its parts."""

from uuid import UUID

from sqlalchemy.exc import IntegrityError

from companion.domain.plan import plan_parts
from companion.domain.plan.plan import Plan, PlanEntry
from companion.domain.plan.plan_parts import Part, Parts, Shape
from companion.domain.refusals import ChangedElsewhere, NotFound, Problem, Rejected
from companion.services.act import Actor, Counted, acting
from companion.store import audit, outbox
from companion.store.base import Transaction
from companion.store.enrolments import enrolments
from companion.store.plan import plan
from companion.store.plan.plan import PlanSuggestionRow


def read(actor: Actor, enrolment_id: UUID) -> Plan:
    """Return a participant's plan for the practitioner; every read is recorded."""
    with acting(actor, Counted.NEVER) as tx:
        enrolment = enrolments.enrolment(tx, actor.viewer, enrolment_id)
        whole = plan.plan_of(tx, enrolment.id)
        audit.record(tx, audit.Event.PLAN_READ, subject=enrolment.id, enrolment=enrolment.id)
        tx.commit()
    return whole


def suggest(
    actor: Actor, enrolment_id: UUID, new_id: UUID, part_id: str, typed: tuple[str, str, str]
) -> None:
    """Suggest an item (words, more, stage); repeating it with the same id does nothing. Raise ``Rejected``."""
    with acting(actor) as tx:
        enrolment = enrolments.enrolment(tx, actor.viewer, enrolment_id, lock=True)
        if tx.get(PlanSuggestionRow, new_id):
            return
        part = plan.parts(tx)[1].part(part_id)
        if part is None or part.retired:
            raise Rejected(Problem("not_offered", field="part"))
        if part.shape is Shape.LINE and typed[1].strip():
            raise Rejected(Problem("one_box", field="more"))
        plan.add_suggestion(tx, new_id, enrolment.id, PlanEntry.typed(part, *typed))
        outbox.notify(tx, enrolment.participant_id, outbox.Notice.PLAN_SUGGESTED, new_id)
        audit.record(tx, audit.Event.PLAN_SUGGESTED, subject=new_id, enrolment=enrolment.id)
        tx.commit()


def reword_part(actor: Actor, part_id: str, seen: int, typed: tuple[str, str, str]) -> None:
    """Reword a part (title, question, help); the same words again do nothing.

    ``seen`` is the parts' version that the page showed. Raise ``Rejected`` or ``ChangedElsewhere``.
    """
    with acting(actor) as tx:
        part = _part(tx, part_id)
        worded = plan_parts.worded(part, *typed)
        if worded == part:
            return
        _write(tx, seen, plan_parts.changed(_seen(tx, seen), worded))
        tx.commit()


def retire_part(actor: Actor, part_id: str, seen: int, *, retired: bool) -> None:
    """Retire a part, or bring it back; repeating it does nothing.

    Raise ``Rejected`` for a part that is needed, and ``ChangedElsewhere``.
    """
    with acting(actor) as tx:
        if _part(tx, part_id).retired == retired:
            return
        _write(tx, seen, plan_parts.retired(_seen(tx, seen), part_id, retired=retired))
        tx.commit()


def move_part(actor: Actor, part_id: str, seen: int, to: str) -> None:
    """Move a part ``up`` or ``down``; at either end it does nothing.

    Raise ``Rejected`` or ``ChangedElsewhere``.
    """
    with acting(actor) as tx:
        _part(tx, part_id)
        parts = _seen(tx, seen)
        moved = plan_parts.moved(parts, part_id, to)
        if moved == parts:
            return
        _write(tx, seen, moved)
        tx.commit()


def add_part(actor: Actor, new_id: UUID, shape: str, staged: bool, typed: tuple[str, str, str]) -> None:
    """Add a part at the end; repeating it with the same id does nothing.

    Raise ``Rejected`` or ``ChangedElsewhere``.
    """
    part_id = f"part-{new_id.hex[:12]}"
    with acting(actor) as tx:
        number, parts = plan.parts(tx)
        if parts.part(part_id):
            return
        _write(tx, number, plan_parts.added(parts, part_id, shape, staged, *typed))
        tx.commit()


def _part(tx: Transaction, part_id: str) -> Part:
    part = plan.parts(tx)[1].part(part_id)
    if part is None:
        raise NotFound
    return part


def _seen(tx: Transaction, seen: int) -> Parts:
    number, parts = plan.parts(tx)
    if number != seen:
        raise ChangedElsewhere
    return parts


def _write(tx: Transaction, seen: int, parts: Parts) -> None:
    try:
        new_id = plan.add_parts(tx, seen + 1, parts)
    except IntegrityError as error:  # another lead was quicker
        raise ChangedElsewhere from error
    audit.record(tx, audit.Event.PLAN_PARTS_CHANGED, subject=new_id)
