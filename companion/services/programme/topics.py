"""Let a practitioner plan a participant's topics and mark their progress."""

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from companion.domain.people import Role
from companion.domain.programme.topics import Placed, TopicPlan, arranged
from companion.domain.refusals import ChangedElsewhere
from companion.services.act import Actor, acting
from companion.store import audit
from companion.store.enrolments import enrolments
from companion.store.programme import topics


def arrange(
    actor: Actor, enrolment_id: UUID, wanted: Mapping[str, Placed], seen: int
) -> tuple[TopicPlan, TopicPlan]:
    """Mark topics' progress, and move topics to other sessions. Return the old and the new topic plan.

    ``wanted`` contains the changes, keyed by topic number. Repeating the call changes nothing. Raise
    ``Rejected`` for a mistake in the form. Raise ``ChangedElsewhere`` if somebody else has changed the plan.
    """
    with acting(actor, role=Role.PRACTITIONER) as tx:  # participants can't see or change topics
        enrolment = enrolments.enrolment(tx, actor.viewer, enrolment_id, lock=True)
        plan = topics.plan(tx, enrolment)
        changed = arranged(plan, wanted, actor.now)
        if changed == plan:
            return plan, plan
        if plan.revision != seen:
            raise ChangedElsewhere
        topics.keep(tx, enrolment, changed)
        audit.record(tx, audit.Event.TOPICS_CHANGED, enrolment=enrolment.id)
        tx.commit()
    return plan, replace(changed, revision=enrolment.topics_revision)
