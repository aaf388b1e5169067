"""Let participants edit the items in their plan, and decide on suggestions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4, uuid5

from companion.domain.plan.plan import Act, From, Item, Plan, PlanEntry, Source
from companion.domain.plan.plan_parts import Part
from companion.domain.refusals import ChangedElsewhere, NotFound, Problem, Rejected
from companion.services.act import Actor, acting
from companion.services.plan import drafts
from companion.services.plan.drafts import PlanForm
from companion.store import audit
from companion.store.base import Transaction
from companion.store.enrolments import enrolments
from companion.store.enrolments.enrolments import Enrolment
from companion.store.plan import plan
from companion.store.plan.plan import PlanVersionRow


def add(
    actor: Actor,
    new_id: UUID,
    part_id: str,
    rows: Sequence[tuple[str, str, str]],
    source: Source | None,
    *,
    typed: PlanForm | None = None,
) -> None:
    """Add items to a part of the plan.

    Each row contains an item's wording, details and stage. Repeating the call with the same id does nothing.
    ``typed`` is the whole form that the participant submitted. Saving the items deletes the form's draft.
    Raise ``Rejected`` for a mistake in the form. Raise ``ChangedElsewhere`` if another window has saved a
    different draft, or if the new id is already in use for different items.
    """
    try:
        with acting(actor) as tx:
            enrolment = enrolments.enrolment(tx, actor.viewer, lock=True)
            whole = plan.plan_of(tx, enrolment.id)
            part = _part(whole, part_id)
            entries = PlanEntry.several(part, rows)
            ids = [new_id, *(uuid5(new_id, str(count)) for count in range(1, len(entries)))]
            if whole.item(new_id):
                _same(whole, list(zip(ids, entries, strict=True)))
                return
            whole.room(part.id, len(entries))
            drafts.settle(tx, enrolment, typed)
            number = next_version(tx, enrolment, whole, Act.ADDED)
            for item_id, entry in zip(ids, entries, strict=True):
                plan.add_item(tx, enrolment.id, Item(item_id, entry, source, number))
            tx.commit()
    except (Rejected, ChangedElsewhere):
        drafts.save_if_possible(actor, typed)
        raise


def change(
    actor: Actor, item_id: UUID, seen: int, row: tuple[str, str, str], *, typed: PlanForm | None = None
) -> None:
    """Reword an item. ``seen`` is the number of the plan version that introduced the wording on the page.

    Raise ``Rejected`` for a mistake in the form. Raise ``ChangedElsewhere`` if another window has changed or
    removed the item, or saved a different draft of it.
    """
    try:
        with acting(actor) as tx:
            enrolment = enrolments.enrolment(tx, actor.viewer, lock=True)
            whole = plan.plan_of(tx, enrolment.id)
            item = _item(whole, item_id)
            entry = PlanEntry.typed(_part_of(whole, item), *row)
            same = item.until is None and item.entry == entry
            if not same and (item.until is not None or item.since != seen):
                raise ChangedElsewhere
            drafts.settle(tx, enrolment, typed)
            if not same:
                number = next_version(tx, enrolment, whole, Act.CHANGED)
                _end(tx, enrolment, item_id, number)
                plan.add_item(tx, enrolment.id, Item(item_id, entry, item.source, number))
            tx.commit()
    except (Rejected, ChangedElsewhere):
        drafts.save_if_possible(actor, typed)
        raise


def take_out(actor: Actor, item_id: UUID, seen: int) -> None:
    """Remove an item from the plan. Earlier versions of the plan still contain the item. Repeating the call
    changes nothing.

    Raise ``ChangedElsewhere`` if the item was reworded.
    """
    with acting(actor) as tx:
        enrolment = enrolments.enrolment(tx, actor.viewer, lock=True)
        whole = plan.plan_of(tx, enrolment.id)
        item = _item(whole, item_id)
        if item.until is not None:
            return
        if item.since != seen:
            raise ChangedElsewhere
        _end(tx, enrolment, item_id, next_version(tx, enrolment, whole, Act.REMOVED))
        tx.commit()


def bring_back(actor: Actor, item_id: UUID) -> None:
    """Put a removed item back into the plan.

    Repeating the call changes nothing. Raise ``Rejected`` if the item's part of the plan is full.
    """
    with acting(actor) as tx:
        enrolment = enrolments.enrolment(tx, actor.viewer, lock=True)
        whole = plan.plan_of(tx, enrolment.id)
        item = _item(whole, item_id)
        if item.until is None:
            return
        whole.room(item.entry.part)
        number = next_version(tx, enrolment, whole, Act.BROUGHT_BACK)
        plan.add_item(tx, enrolment.id, Item(item_id, item.entry, item.source, number))
        tx.commit()


def accept(actor: Actor, suggestion_id: UUID, row: tuple[str, str, str]) -> None:
    """Add a suggestion to the plan, in the participant's own wording. Repeating the call changes nothing.

    Raise ``Rejected`` for a mistake in the form. Raise ``ChangedElsewhere`` if the participant declined the
    suggestion in another window, or accepted it with a different wording.
    """
    with acting(actor) as tx:
        enrolment = enrolments.enrolment(tx, actor.viewer, lock=True)
        waiting = plan.suggestion_row(tx, enrolment.id, suggestion_id)
        whole = plan.plan_of(tx, enrolment.id)
        part = whole.parts.part(plan.suggestion(tx, waiting).entry.part)
        if part is None:
            raise NotFound
        entry = PlanEntry.typed(part, *row)
        if waiting.accepted is not None:
            _same(whole, [(suggestion_id, entry)])
            return
        whole.room(part.id)
        number = next_version(tx, enrolment, whole, Act.ACCEPTED)
        plan.add_item(tx, enrolment.id, Item(suggestion_id, entry, Source(From.SUGGESTION), number))
        waiting.accepted, waiting.decided_at = True, actor.now
        tx.commit()


def decline(actor: Actor, suggestion_id: UUID) -> None:
    """Decline a suggestion.

    Repeating the call changes nothing. Raise ``ChangedElsewhere`` if the suggestion is already in the plan.
    """
    with acting(actor) as tx:
        enrolment = enrolments.enrolment(tx, actor.viewer, lock=True)
        waiting = plan.suggestion_row(tx, enrolment.id, suggestion_id)
        if waiting.accepted is not None:
            if waiting.accepted:
                raise ChangedElsewhere
            return
        waiting.accepted, waiting.decided_at = False, actor.now
        event = audit.Event.PLAN_SUGGESTION_DECLINED
        audit.record(tx, event, subject=waiting.id, enrolment=enrolment.id)
        tx.commit()


@dataclass(frozen=True)
class NextReview:
    """A review's result: who took part, and the date of the next review."""

    together: bool
    day: date | None


def next_version(
    tx: Transaction,
    enrolment: Enrolment,
    whole: Plan,
    act: Act,
    review: NextReview | None = None,
) -> int:
    """Start the plan's next version, and return its number.

    The caller must lock the enrolment first.
    """
    version = PlanVersionRow(
        id=uuid4(),
        enrolment_id=enrolment.id,
        number=whole.number + 1,
        at=tx.now,
        by_id=tx.viewer.account_id,
        act=act,
        together=review is not None and review.together,
        next_review=review and review.day,
    )
    tx.add(version)
    event = audit.Event.PLAN_REVIEWED if act is Act.REVIEWED else audit.Event.PLAN_CHANGED
    audit.record(tx, event, subject=version.id, enrolment=enrolment.id)
    return version.number


def _part(whole: Plan, part_id: str) -> Part:
    part = whole.parts.part(part_id)
    if part is None or part.retired:
        raise Rejected(Problem("not_offered", field="part"))
    return part


def _part_of(whole: Plan, item: Item) -> Part:
    """Return the part of the plan that contains the item, even if the part has been retired."""
    part = whole.parts.part(item.entry.part)
    if part is None:
        raise NotFound
    return part


def _same(whole: Plan, put: list[tuple[UUID, PlanEntry]]) -> None:
    """Raise ``ChangedElsewhere`` unless the plan's current and former items include all the given ones."""
    stood = {(item.id, item.entry) for item in whole.items}
    if not stood.issuperset(put):
        raise ChangedElsewhere


def _item(whole: Plan, item_id: UUID) -> Item:
    item = whole.item(item_id)
    if item is None:
        raise NotFound
    return item


def _end(tx: Transaction, enrolment: Enrolment, item_id: UUID, number: int) -> None:
    row = plan.item_row(tx, enrolment.id, item_id)
    if row:
        row.until = number
