"""A practitioner plans the topics of his participant's sessions, and marks how far each has come."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from companion.domain.people import Role, Viewer
from companion.domain.programme.topics import TopicPlan, marked, moved
from companion.domain.refusals import ChangedElsewhere, NotFound
from companion.services.act import acting
from companion.store import audit
from companion.store.base import Store
from companion.store.enrolments import enrolments
from companion.store.programme import topics


def mark_topic(
    store: Store, viewer: Viewer, enrolment_id: UUID, topic: str, mark: str, seen: int, now: datetime
) -> TopicPlan:
    """Mark a topic; marking it so twice does it once. The plan as it stands then.

    Raises ``Rejected``, and ``ChangedElsewhere`` if the plan was changed since the revision ``seen``.
    """
    return _change(store, viewer, enrolment_id, lambda plan: marked(plan, topic, mark, now), seen, now)


def move_topic(
    store: Store,
    viewer: Viewer,
    enrolment_id: UUID,
    topic: str,
    session: str,
    before: str,
    seen: int,
    now: datetime,
) -> TopicPlan:
    """Put a topic into the session of this number, before another topic or (with none) last.

    Putting it there twice does it once. Raises ``Rejected``, and ``ChangedElsewhere`` if the plan was
    changed since the revision ``seen``.
    """
    return _change(store, viewer, enrolment_id, lambda plan: moved(plan, topic, session, before), seen, now)


def _change(
    store: Store,
    viewer: Viewer,
    enrolment_id: UUID,
    change: Callable[[TopicPlan], TopicPlan],
    seen: int,
    now: datetime,
) -> TopicPlan:
    with acting(store, viewer, now) as tx:
        if viewer.role is not Role.PRACTITIONER:  # no participant sees or changes the plan of his topics
            raise NotFound
        enrolment = enrolments.enrolment(tx, viewer, enrolment_id, lock=True)
        plan = topics.plan(tx, enrolment)
        changed = change(plan)
        if changed == plan:
            return plan
        if plan.revision != seen:
            raise ChangedElsewhere
        topics.keep(tx, enrolment, changed)
        audit.record(tx, audit.Event.TOPICS_CHANGED, now, viewer, enrolment=enrolment.id)
        tx.commit()
    return replace(changed, revision=enrolment.topics_revision)
