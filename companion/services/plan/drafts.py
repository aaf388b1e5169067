"""What a participant is typing into his plan is kept, and two windows never overwrite each other."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from companion.domain.drafts import Draft, draft_of, is_unchanged, page_knows
from companion.domain.forms import Form
from companion.domain.people import Viewer
from companion.domain.refusals import ChangedElsewhere, Rejected
from companion.services import drafts
from companion.services.act import Counted, acting
from companion.services.drafts import FIRST
from companion.store.base import Store, Transaction
from companion.store.enrolments import enrolments
from companion.store.enrolments.enrolments import Enrolment
from companion.store.plan import plan
from companion.store.plan.plan import PlanDraftRow

FIELDS = ("words", "more", "stage")
"""What a form of the plan holds, and a draft keeps."""


@dataclass(frozen=True)
class PlanForm:
    """What came from the composer at one place of the plan.

    ``draft_seen`` is the revision of the draft that the page showed, ``tab`` the page's own mark and ``beat``
    its own count of its saves: a page never collides with itself.
    """

    place: str
    draft_seen: int
    tab: str
    form: Form
    beat: int = 0

    @property
    def kept(self) -> Form:
        """What a draft keeps of it; nothing where there are no words. Raises ``Rejected`` beyond all measure."""
        kept = draft_of(self.form, FIELDS)
        return kept if any(any(kept.get(name, ())) for name in ("words", "more")) else {}


def save(store: Store, viewer: Viewer, typed: PlanForm, now: datetime) -> Draft:
    """Keep what is being typed. Raises ``ChangedElsewhere`` when another page saved something newer there."""
    with acting(store, viewer, now, Counted.SAVE) as tx:
        enrolment = enrolments.enrolment(tx, viewer, lock=True)
        draft = _keep(tx, enrolment, typed, now)
        tx.commit()
    return draft


def save_if_possible(store: Store, viewer: Viewer, typed: PlanForm | None, now: datetime) -> None:
    """The same after something was refused: the page itself still holds what was typed."""
    try:
        if typed:
            save(store, viewer, typed, now)
    except (Rejected, ChangedElsewhere):
        return


def settle(tx: Transaction, enrolment: Enrolment, typed: PlanForm | None) -> None:
    """What was typed goes into the plan: its draft goes. Raises ``ChangedElsewhere`` for one of another page."""
    row = plan.draft_row(tx, enrolment.id, typed.place) if typed else None
    if typed is None or row is None:
        return
    before = plan.draft(tx, enrolment.id, typed.place)
    if before and before.typed not in ({}, typed.kept) and not page_knows(row, typed):
        raise ChangedElsewhere
    tx.delete(row)


def _keep(tx: Transaction, enrolment: Enrolment, typed: PlanForm, now: datetime) -> Draft:
    row, before = plan.draft_row(tx, enrolment.id, typed.place), plan.draft(tx, enrolment.id, typed.place)
    kept = typed.kept
    if before is None and not kept:
        return Draft({}, 0, now)
    if row and before and is_unchanged(row, before, kept, typed):
        return before
    if row is None:
        row = PlanDraftRow(id=uuid4(), enrolment_id=enrolment.id, revision=secrets.randbelow(FIRST))
        row.place = plan.place_of(tx, enrolment.id, typed.place)
    drafts.renew(row, typed, now)
    row.typed = enrolments.record_box(tx, enrolment.id).seal("plan_drafts.typed", row.id, kept)
    tx.add(row)
    return Draft(kept, row.revision, now)
