"""Drafts of text for the plan.

Two browser windows never overwrite each other's drafts.
"""

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
"""The plan form's fields that a draft contains."""


@dataclass(frozen=True)
class PlanForm:
    """The form for text in a part of the plan.

    ``draft_seen`` is the revision of the draft that the page showed. ``tab`` identifies the page on which the
    participant is typing. ``beat`` counts how often the participant's page has saved the draft. Drafts saved
    from the same browser page never conflict with each other.
    """

    place: str
    draft_seen: int
    tab: str
    form: Form
    beat: int = 0

    @property
    def kept(self) -> Form:
        """Return the form fields to save as a draft, or an empty form if nobody has typed any text.

        Raise ``Rejected`` if the fields contain more than ``DRAFT_MOST`` characters in total.
        """
        kept = draft_of(self.form, FIELDS)
        return kept if any(any(kept.get(name, ())) for name in ("words", "more")) else {}


def save(actor: Actor, typed: PlanForm) -> Draft:
    """Save the unfinished text as a draft.

    Raise ``Rejected`` for overlong text. Raise ``ChangedElsewhere`` if another page has saved a newer draft.
    """
    with acting(actor, Counted.SAVE) as tx:
        enrolment = enrolments.enrolment(tx, actor.viewer, lock=True)
        draft = drafts.keep(tx, plan.draft_place(tx, enrolment.id, typed.place), typed.kept, typed)
        tx.commit()
    return draft


def save_if_possible(actor: Actor, typed: PlanForm | None) -> None:
    """Save the draft after a form has been refused.

    If the draft can't be saved, the page still contains the text.
    """
    try:
        if typed:
            save(actor, typed)
    except (Rejected, ChangedElsewhere):
        return


def settle(tx: Transaction, enrolment: Enrolment, typed: PlanForm | None) -> None:
    """Delete the draft of text that is being added to the plan.

    Raise ``ChangedElsewhere`` if a different draft was saved in another window or on another device.
    """
    if typed:
        drafts.settle(tx, plan.draft_place(tx, enrolment.id, typed.place), typed.kept, typed)
