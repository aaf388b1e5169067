"""Let practitioners read a participant's plan and suggest items."""

from uuid import UUID

from companion.domain.plan.plan import Plan, PlanEntry
from companion.domain.plan.plan_parts import Shape
from companion.domain.refusals import Problem, Rejected
from companion.services.act import Actor, Counted, acting
from companion.store import audit, outbox
from companion.store.enrolments import enrolments
from companion.store.plan import plan
from companion.store.plan.plan import PlanSuggestionRow


def read(actor: Actor, enrolment_id: UUID) -> Plan:
    """Return a participant's plan for their practitioner to read. The audit log records each time that a
    practitioner reads the plan.
    """
    with acting(actor, Counted.NEVER) as tx:
        enrolment = enrolments.enrolment(tx, actor.viewer, enrolment_id)
        whole = plan.plan_of(tx, enrolment.id)
        audit.record(tx, audit.Event.PLAN_READ, subject=enrolment.id, enrolment=enrolment.id)
        tx.commit()
    return whole


def suggest(
    actor: Actor, enrolment_id: UUID, new_id: UUID, part_id: str, typed: tuple[str, str, str]
) -> None:
    """Suggest an item for the plan, with its wording, details and stage.

    Repeating the call with the same id does nothing. Raise ``Rejected`` for a mistake in the form.
    """
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
