"""A practitioner plans the topics of his participant's sessions, and marks how far each has come."""

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
    """Mark a topic; marking it so twice does it once. The plan as it stands then.

    Raises ``Rejected``, and ``ChangedElsewhere`` if the plan was changed since the revision ``seen``.
    """
    return _change(actor, enrolment_id, lambda plan: marked(plan, topic, mark, actor.now), seen)


@dataclass(frozen=True)
class TopicPlace:
    """The session of this number, before another topic or (with none) last."""

    session: str
    before: str


def move_topic(actor: Actor, enrolment_id: UUID, topic: str, to: TopicPlace, seen: int) -> TopicPlan:
    """Put a topic into another place.

    Putting it there twice does it once. Raises ``Rejected``, and ``ChangedElsewhere`` if the plan was
    changed since the revision ``seen``.
    """
    return _change(actor, enrolment_id, lambda plan: moved(plan, topic, to.session, to.before), seen)


def _change(
    actor: Actor, enrolment_id: UUID, change: Callable[[TopicPlan], TopicPlan], seen: int
) -> TopicPlan:
    with acting(actor) as tx:
        if (
            actor.viewer.role is not Role.PRACTITIONER
        ):  # no participant sees or changes the plan of his topics
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
