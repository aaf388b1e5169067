"""Drafts of what a participant types in the plan; two windows never overwrite each other."""

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
"""The fields of the plan's forms that a draft keeps."""


@dataclass(frozen=True)
class PlanForm:
    """The composer's form at one place in the plan.

    ``draft_seen`` is the draft's revision that the page showed, ``tab`` the page's own mark and ``beat`` its save
    counter: a page never conflicts with itself.
    """

    place: str
    draft_seen: int
    tab: str
    form: Form
    beat: int = 0

    @property
    def kept(self) -> Form:
        """The part that a draft keeps; nothing if there are no words. Raise ``Rejected`` if it is far too long."""
        kept = draft_of(self.form, FIELDS)
        return kept if any(any(kept.get(name, ())) for name in ("words", "more")) else {}


def save(actor: Actor, typed: PlanForm) -> Draft:
    """Keep what is being typed. Raise ``ChangedElsewhere`` if another page saved something newer."""
    with acting(actor, Counted.SAVE) as tx:
        enrolment = enrolments.enrolment(tx, actor.viewer, lock=True)
        draft = drafts.keep(tx, plan.draft_place(tx, enrolment.id, typed.place), typed.kept, typed)
        tx.commit()
    return draft


def save_if_possible(actor: Actor, typed: PlanForm | None) -> None:
    """Do the same after a refusal; failing is harmless, because the page still holds the text."""
    try:
        if typed:
            save(actor, typed)
    except (Rejected, ChangedElsewhere):
        return


def settle(tx: Transaction, enrolment: Enrolment, typed: PlanForm | None) -> None:
    """Delete the draft of words going into the plan. Raise ``ChangedElsewhere`` for another page's draft."""
    if typed:
        drafts.settle(tx, plan.draft_place(tx, enrolment.id, typed.place), typed.kept, typed)
