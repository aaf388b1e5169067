"""Let a participant give an evaluation.

Every fifth evaluation completes a batch. A batch doesn't link evaluations to participants.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime

from companion.domain.drafts import Draft, draft_of
from companion.domain.enrolments.pathway import PathwayState
from companion.domain.evaluation.evaluation import BATCH, OFFERED_IN, Batch, Evaluation, Questions, batched
from companion.domain.forms import Form
from companion.domain.people import Role, Viewer
from companion.domain.refusals import ChangedElsewhere, NotAllowed
from companion.services import drafts
from companion.services.act import Actor, Counted, acting
from companion.store import audit
from companion.store.base import Store, Transaction
from companion.store.enrolments import enrolments
from companion.store.enrolments.enrolments import Enrolment
from companion.store.evaluation import evaluation


@dataclass(frozen=True)
class EvaluationForm:
    """The submitted evaluation form.

    ``number`` is the version number of the evaluation questions on the participant's page. ``draft_seen`` is
    the revision of the saved draft that the participant's page is based on. ``tab`` identifies the page on
    which the participant is typing. ``beat`` counts how often the participant's page has saved the draft.
    """

    number: int
    draft_seen: int
    tab: str
    form: Form
    beat: int = 0


@dataclass(frozen=True)
class EvaluationOffer:
    """How far a participant has got with the evaluation.

    ``questions`` is None if the participant isn't due to fill in an evaluation.
    """

    number: int = 0
    questions: Questions | None = None
    given: bool = False
    draft: Draft | None = None


def standing(tx: Transaction, viewer: Viewer, *, unapproved_too: bool) -> EvaluationOffer:
    """Return how far the viewer has got with the evaluation."""
    return standing_of(tx, enrolments.enrolment(tx, viewer), unapproved_too=unapproved_too)


def standing_of(tx: Transaction, row: Enrolment, *, unapproved_too: bool) -> EvaluationOffer:
    """Return how far this participant has got with the evaluation."""
    if row.evaluated:
        return EvaluationOffer(given=True)
    version = evaluation.offered(tx, unapproved_too=unapproved_too) if row.state in OFFERED_IN else None
    if version is None:
        return EvaluationOffer()
    return EvaluationOffer(
        version.number, version.questions, draft=evaluation.draft_place(tx, row.id).draft(tx)
    )


def save(actor: Actor, typed: EvaluationForm, *, unapproved_too: bool) -> Draft:
    """Save the participant's answers to the evaluation as a draft. Raise ``ChangedElsewhere`` if another page
    has saved a newer draft.

    Raise ``Rejected`` for overlong text. Raise ``NotAllowed`` unless the participant has an evaluation to
    give.
    """
    with acting(actor, Counted.SAVE) as tx:
        row, asked = _may_give(tx, actor.viewer, unapproved_too=unapproved_too)
        place, words = evaluation.draft_place(tx, row.id), draft_of(typed.form, asked.fields)
        draft = drafts.keep(tx, place, words, typed)
        tx.commit()
    return draft


def give(actor: Actor, number: int, seen: int, *, unapproved_too: bool) -> None:
    """Submit the saved evaluation.

    Repeating the call changes nothing. Companion records which participants have given an evaluation, but not
    which evaluation each of them gave. Raise ``Rejected`` for a mistake in the answers, or if
    no question was answered. Raise ``NotAllowed`` unless the participant has an evaluation to give. Raise
    ``ChangedElsewhere`` if the page is out of date.
    """
    with acting(actor) as tx:
        if enrolments.enrolment(tx, actor.viewer, lock=True).evaluated:
            return
        row, asked = _may_give(tx, actor.viewer, unapproved_too=unapproved_too)
        place, version = (
            evaluation.draft_place(tx, row.id),
            evaluation.offered(tx, unapproved_too=unapproved_too),
        )
        kept = place.row(tx)
        draft = place.opened(kept) if kept else Draft({}, 0, actor.now)
        if version is None or (version.number, draft.revision) != (number, seen):
            raise ChangedElsewhere
        said = Evaluation.typed(asked, draft.typed)
        said.require_something()
        row.evaluated = True
        tx.delete(kept)
        evaluation.add_waiting(tx, said)
        audit.record(tx, audit.Event.EVALUATION_GIVEN, subject=row.id, enrolment=row.id)
        gather_within(tx)
        tx.commit()


def gather(store: Store, now: datetime) -> int:
    """Put evaluations that aren't in a batch yet into batches of five. Return how many batches of evaluations
    were created.

    Batches have five evaluations. Usually the request that submits the fifth evaluation also makes the batch.
    If two participants submit evaluations at once, both requests could miss that there are now five. A
    regular job calls this function to batch any evaluations that are still unbatched.
    """
    with store.writing(now) as tx:
        many = gather_within(tx)
        tx.commit()
    return many


def read(actor: Actor) -> list[Batch]:
    """Return the evaluation batches, the latest first. The audit log records each time that a lead reads the
    evaluations.
    """
    with acting(actor, Counted.NEVER, role=Role.LEAD) as tx:
        found = evaluation.batches(tx)
        audit.record(tx, audit.Event.EVALUATION_READ, detail=str(len(found)))
        tx.commit()
    return found


def gather_within(tx: Transaction) -> int:
    """Put evaluations that aren't in a batch yet into batches of five, within an open transaction.

    If more than five evaluations are waiting, Companion picks five at random for each batch.
    """
    waiting, many, chance = evaluation.take_waiting(tx), 0, secrets.SystemRandom()
    chance.shuffle(waiting)
    while len(waiting) >= BATCH:
        taken, waiting = waiting[:BATCH], waiting[BATCH:]
        evaluation.add_batch(tx, batched([each for _, each in taken], chance.shuffle))
        evaluation.drop_waiting(tx, [row_id for row_id, _ in taken])
        tx.flush()
        with tx.unattended():  # otherwise the entry would reveal who gave the last evaluation
            audit.record(tx, audit.Event.EVALUATIONS_GATHERED)
        many += 1
    return many


def _may_give(tx: Transaction, viewer: Viewer, *, unapproved_too: bool) -> tuple[Enrolment, Questions]:
    row = enrolments.enrolment(tx, viewer, lock=True)
    if row.evaluated:
        raise NotAllowed("evaluation_given")
    version = evaluation.offered(tx, unapproved_too=unapproved_too)
    if version is None or PathwayState(row.state) not in OFFERED_IN:
        raise NotAllowed("no_evaluation")
    return row, version.questions
