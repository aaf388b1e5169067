"""Let a participant download their data.

The audit log records each download, and a rate limit applies.
"""

from dataclasses import dataclass

from companion.domain.people import Role
from companion.domain.plan.plan import Plan
from companion.domain.refusals import NotFound
from companion.domain.work.work import Work
from companion.services.act import Actor, acting
from companion.store import audit, rate_limits
from companion.store.audit import Event
from companion.store.enrolments import enrolments
from companion.store.plan import plan
from companion.store.records import export
from companion.store.records.export import Rows


@dataclass(frozen=True)
class Held:
    """A download: the data, with everything that a reader needs to understand the data."""

    plain: dict[str, Rows]
    works: list[Work]
    plan: Plan


def take_with_him(actor: Actor, form: str, address: str) -> Held:
    """Return all the viewer's data, for a file in the chosen format.

    Raise ``SlowDown`` after too many downloads, or ``NotFound`` for staff.
    """
    if actor.viewer.role is not Role.PARTICIPANT:
        raise NotFound
    rate_limits.take(
        actor.store,
        actor.now,
        ("export.account", str(actor.viewer.account_id)),
        ("export.address", address),
    )
    with acting(actor) as tx:
        enrolment = enrolments.enrolment(tx, actor.viewer)
        audit.record(
            tx, Event.HELD_DOWNLOADED, subject=actor.viewer.account_id,
            enrolment=enrolment.id, detail=form
        )  # fmt: skip
        tx.commit()
    with actor.store.reading() as tx:
        return Held(
            export.held(tx, actor.viewer), export.works(tx, actor.viewer), plan.plan_of(tx, enrolment.id)
        )
