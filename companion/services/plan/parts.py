"""The lead edits the parts of every plan, in versions."""

from collections.abc import Callable
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from companion.domain.plan import plan_parts
from companion.domain.plan.plan_parts import Part, Parts
from companion.domain.refusals import ChangedElsewhere, NotFound
from companion.services.act import Actor, acting
from companion.store import audit
from companion.store.base import Transaction
from companion.store.plan import plan

Typed = tuple[str, str, str]
"""The title, the question and the help of a part."""


def reword(actor: Actor, part_id: str, seen: int, typed: Typed) -> None:
    """Put a part into other words; into the words that it has does nothing.

    ``seen`` is the version that the page showed. Raises ``Rejected`` and ``ChangedElsewhere``.
    """
    _change(actor, part_id, seen, lambda all_, one: plan_parts.changed(all_, plan_parts.worded(one, *typed)))


def retire(actor: Actor, part_id: str, seen: int, *, retired: bool) -> None:
    """Ask for a part no more, or again; if that is so already it does nothing.

    Raises ``Rejected`` for a part that is needed, and ``ChangedElsewhere``.
    """
    _change(actor, part_id, seen, lambda all_, one: plan_parts.retired(all_, one, retired=retired))


def move(actor: Actor, part_id: str, seen: int, to: str) -> None:
    """Move a part ``up`` or ``down``; beyond the first or the last place does nothing.

    Raises ``Rejected`` and ``ChangedElsewhere``.
    """
    _change(actor, part_id, seen, lambda all_, one: plan_parts.moved(all_, one, to))


def add(actor: Actor, new_id: UUID, shape: str, staged: bool, typed: Typed) -> None:
    """A new part at the end; doing it again with the same id does nothing.

    Raises ``Rejected`` and ``ChangedElsewhere``.
    """
    part_id = f"part-{new_id.hex[:12]}"
    with acting(actor) as tx:
        number, parts = plan.parts(tx)
        if parts.part(part_id):
            return
        _write(tx, number, plan_parts.added(parts, part_id, shape, staged, *typed))
        tx.commit()


def _change(actor: Actor, part_id: str, seen: int, change: Callable[[Parts, Part], Parts]) -> None:
    with acting(actor) as tx:
        number, parts = plan.parts(tx)
        part = parts.part(part_id)
        if part is None:
            raise NotFound
        after = change(parts, part)
        if after == parts:
            return
        if number != seen:
            raise ChangedElsewhere
        _write(tx, seen, after)
        tx.commit()


def _write(tx: Transaction, seen: int, parts: Parts) -> None:
    try:
        new_id = plan.add_parts(tx, seen + 1, parts)
    except IntegrityError as error:  # another lead was quicker
        raise ChangedElsewhere from error
    audit.record(tx, audit.Event.PLAN_PARTS_CHANGED, subject=new_id)
