"""A practitioner plans the topics of a participant's sessions, and marks how far each has come."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from uuid import UUID

from companion.domain.people import Role
from companion.domain.programme.topics import TopicPlan, marked, moved
from companion.domain.refusals import ChangedElsewhere, NotFound
from companion.services.act import Actor, acting
from companion.store import audit
from companion.store.enrolments import enrolments
from companion.store.programme import topics


def mark_topic(actor: Actor, enrolment_id: UUID, topic: str, mark: str, seen: int) -> TopicPlan:
    """Mark a topic; repeating it does nothing. Return the resulting plan.

    Raise ``Rejected``, and ``ChangedElsewhere`` if the plan changed since the revision ``seen``.
    """
    return _change(actor, enrolment_id, lambda plan: marked(plan, topic, mark, actor.now), seen)


@dataclass(frozen=True)
class TopicPlace:
    """The session with this number, before another topic, or last if none is given."""

    session: str
    before: str


def move_topic(actor: Actor, enrolment_id: UUID, topic: str, to: TopicPlace, seen: int) -> TopicPlan:
    """Move a topic.

    Repeating it does nothing. Raise ``Rejected``, and ``ChangedElsewhere`` if the plan changed since the revision
    ``seen``.
    """
    return _change(actor, enrolment_id, lambda plan: moved(plan, topic, to.session, to.before), seen)


def _change(
    actor: Actor, enrolment_id: UUID, change: Callable[[TopicPlan], TopicPlan], seen: int
) -> TopicPlan:
    with acting(actor) as tx:
        if (
            actor.viewer.role is not Role.PRACTITIONER
        ):  # participants neither see nor change this plan of topics
            raise NotFound
        enrolment = enrolments.enrolment(tx, actor.viewer, enrolment_id, lock=True)
        plan = topics.plan(tx, enrolment)
        changed = change(plan)
        if changed == plan:
            return plan
        if plan.revision != seen:
            raise ChangedElsewhere
        topics.keep(tx, enrolment, changed)
        audit.record(tx, audit.Event.TOPICS_CHANGED, enrolment=enrolment.id)
        tx.commit()
    return replace(changed, revision=enrolment.topics_revision)
