"""Find drafts of text that a participant hasn't added to their plan yet."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import bindparam, select

from companion.store.base import Transaction
from companion.store.plan.plan import PlanDraftRow, draft_place

DRAFTS = select(PlanDraftRow).where(PlanDraftRow.enrolment_id == bindparam("enrolment_id"))


def typed_places(tx: Transaction, enrolment_id: UUID, places: Iterable[str]) -> set[str]:
    """Return the names of the plan's parts and items for which the participant has typed a draft. Look
    for drafts only in the parts and items listed in ``places``.

    The caller must have checked that the viewer may see the drafts.
    """
    rows = {row.place: row for row in tx.scalars(DRAFTS, {"enrolment_id": enrolment_id})}
    if not rows:
        return set()
    of_each = {name: draft_place(tx, enrolment_id, name) for name in places}
    return {
        name
        for name, place in of_each.items()
        if place.place in rows and place.opened(rows[place.place]).typed
    }
