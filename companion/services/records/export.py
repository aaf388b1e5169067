"""A participant takes with him what is held on him: each time is recorded, and it is limited."""

from dataclasses import dataclass
from datetime import datetime

from companion.domain.people import Role, Viewer
from companion.domain.plan.plan import Plan
from companion.domain.refusals import NotFound
from companion.domain.work.work import Work
from companion.services.act import acting
from companion.store import audit, rate_limits
from companion.store.audit import Event
from companion.store.base import Store
from companion.store.enrolments import enrolments
from companion.store.plan import plan
from companion.store.records import export
from companion.store.records.export import Rows


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
    rate_limits.take(store, now, *rate_limits.everywhere("export", str(viewer.account_id), address))
    with acting(store, viewer, now) as tx:
        enrolment = enrolments.enrolment(tx, viewer)
        audit.record(
            tx, Event.HELD_DOWNLOADED, now, viewer, subject=viewer.account_id,
            enrolment=enrolment.id, detail=form,
        )  # fmt: skip
        tx.commit()
    with store.reading() as tx:
        return Held(export.held(tx, viewer), export.works(tx, viewer), plan.plan_of(tx, enrolment.id))
