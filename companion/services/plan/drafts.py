"""What a participant is typing into his plan is kept, and two windows never overwrite each other."""

from dataclasses import dataclass

from companion.domain.drafts import Draft, draft_of
from companion.domain.forms import Form
from companion.domain.refusals import ChangedElsewhere, Rejected
from companion.services import drafts
from companion.services.act import Actor, Counted, acting
from companion.store.base import Transaction
from companion.store.enrolments import enrolments
from companion.store.enrolments.enrolments import Enrolment
from companion.store.plan import plan

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


def save(actor: Actor, typed: PlanForm) -> Draft:
    """Keep what is being typed. Raises ``ChangedElsewhere`` when another page saved something newer there."""
    with acting(actor, Counted.SAVE) as tx:
        enrolment = enrolments.enrolment(tx, actor.viewer, lock=True)
        draft = drafts.keep(tx, plan.draft_place(tx, enrolment.id, typed.place), typed.kept, typed)
        tx.commit()
    return draft


def save_if_possible(actor: Actor, typed: PlanForm | None) -> None:
    """The same after something was refused: the page itself still holds what was typed."""
    try:
        if typed:
            save(actor, typed)
    except (Rejected, ChangedElsewhere):
        return


def settle(tx: Transaction, enrolment: Enrolment, typed: PlanForm | None) -> None:
    """What was typed goes into the plan: its draft goes. Raises ``ChangedElsewhere`` for one of another page."""
    if typed:
        drafts.settle(tx, plan.draft_place(tx, enrolment.id, typed.place), typed.kept, typed)
