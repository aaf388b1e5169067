"""The lead approves activities; the starter activities come from the content folder, unapproved."""

from datetime import datetime
from uuid import UUID

from companion.content import starter_activities
from companion.domain.people import Role, Viewer
from companion.domain.refusals import NotFound
from companion.services.acting import acting
from companion.store import activities, audit
from companion.store.base import Store


def load_starters(store: Store, now: datetime) -> int:
    """Take in every starter activity that is new or changed; how many that were."""
    loaded = 0
    with acting(store, None, now) as tx:
        for activity in starter_activities():
            row = activities.add_version(tx, activity, now)
            if row:
                audit.record(tx, audit.Event.ACTIVITY_LOADED, now, None, subject=row.id)
                loaded += 1
        tx.commit()
    return loaded


def approve(store: Store, viewer: Viewer, version_id: UUID, now: datetime) -> None:
    """From now on this version can be set. Approving it again changes nothing."""
    with acting(store, viewer, now) as tx:
        if viewer.role is not Role.LEAD:
            raise NotFound
        row = activities.version_row(tx, version_id)
        if row.approved_at is None:
            row.approved_at, row.approved_by = now, viewer.account_id
            audit.record(tx, audit.Event.ACTIVITY_APPROVED, now, viewer, subject=row.id)
        tx.commit()
