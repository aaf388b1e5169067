"""Let leads edit the parts that every plan has. Every change makes a new version of the list of parts.

Every function raises ``NotFound`` if the viewer isn't a lead.
"""

from collections.abc import Callable
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from companion.domain.people import Role
from companion.domain.plan import plan_parts
from companion.domain.plan.plan_parts import Part, Parts
from companion.domain.refusals import ChangedElsewhere, NotFound
from companion.services.act import Actor, acting
from companion.store import audit
from companion.store.base import Transaction
from companion.store.plan import plan

Typed = tuple[str, str, str]
"""The title, question and help text of a part of the plan."""


def reword(actor: Actor, part_id: str, seen: int, typed: Typed) -> None:
    """Reword a part of the plan. Saving the same wording again does nothing.

    ``seen`` is the version of the parts list that was on the page when the form was loaded. Raise
    ``Rejected`` for a mistake in the form. Raise ``ChangedElsewhere`` if somebody has saved a newer version
    of the parts.
    """
    _change(actor, part_id, seen, lambda all_, one: plan_parts.changed(all_, plan_parts.worded(one, *typed)))


def retire(actor: Actor, part_id: str, seen: int, *, retired: bool) -> None:
    """Retire a part of the plan, or bring a retired part back. Repeating the call changes nothing.

    Raise ``Rejected`` for a part that can't be retired. Raise ``ChangedElsewhere`` if the page is out of
    date.
    """
    _change(actor, part_id, seen, lambda all_, one: plan_parts.retired(all_, one, retired=retired))


def move(actor: Actor, part_id: str, seen: int, to: str) -> None:
    """Move a part of the plan ``up`` or ``down``.

    Moving the first part up or the last part down does nothing. Raise ``Rejected`` if the direction is
    neither ``up`` nor ``down``. Raise ``ChangedElsewhere`` if the page is out of date.
    """
    _change(actor, part_id, seen, lambda all_, one: plan_parts.moved(all_, one, to))


def add(actor: Actor, new_id: UUID, shape: str, staged: bool, typed: Typed) -> None:
    """Add a part at the end of the plan.

    Repeating the call with the same id does nothing. Raise ``Rejected`` for a mistake in the form. Raise
    ``ChangedElsewhere`` if another lead has just saved a change.
    """
    part_id = f"part-{new_id.hex[:12]}"
    with acting(actor, role=Role.LEAD) as tx:
        number, parts = plan.parts(tx)
        if parts.part(part_id):
            return
        _write(tx, number, plan_parts.added(parts, part_id, shape, staged, *typed))
        tx.commit()


def _change(actor: Actor, part_id: str, seen: int, change: Callable[[Parts, Part], Parts]) -> None:
    with acting(actor, role=Role.LEAD) as tx:
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
    except IntegrityError as error:  # another lead has just saved a version
        raise ChangedElsewhere from error
    audit.record(tx, audit.Event.PLAN_PARTS_CHANGED, subject=new_id)
