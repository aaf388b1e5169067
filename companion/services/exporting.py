"""A participant takes with him what is held on him: each time is recorded, and it is limited."""

from dataclasses import dataclass
from datetime import datetime

from companion.domain.people import Role, Viewer
from companion.domain.plan import Plan
from companion.domain.refusals import NotFound
from companion.domain.work import Work
from companion.services.acting import acting
from companion.store import audit, enrolments, held, limits, plan
from companion.store.audit import Event
from companion.store.base import Store
from companion.store.held import Rows


@dataclass(frozen=True)
class Held:
    """All of it: as plain data, and what needs more than that to be read by a person."""

    plain: dict[str, Rows]
    works: list[Work]
    plan: Plan


def take_with_him(store: Store, viewer: Viewer, form: str, address: str, now: datetime) -> Held:
    """Everything that is held on the viewer, for a file of this form. Raises ``SlowDown``, ``NotFound``."""
    if viewer.role is not Role.PARTICIPANT:
        raise NotFound
    limits.take(store, now, *limits.everywhere("export", str(viewer.account_id), address))
    with acting(store, viewer, now) as tx:
        enrolment = enrolments.enrolment(tx, viewer)
        audit.record(
            tx, Event.HELD_DOWNLOADED, now, viewer, subject=viewer.account_id,
            enrolment=enrolment.id, detail=form,
        )  # fmt: skip
        tx.commit()
    with store.reading() as tx:
        return Held(held.held(tx, viewer), held.works(tx, viewer), plan.plan(tx, enrolment.id))
