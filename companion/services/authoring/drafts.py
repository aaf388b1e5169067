"""Let practitioners and leads write activities, and operators import activities from files."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from companion.domain.activities import editing
from companion.domain.activities.activity import Activity
from companion.domain.activities.checker import check, faults
from companion.domain.activities.editing import About
from companion.domain.people import Viewer
from companion.domain.refusals import ChangedElsewhere, NotAllowed
from companion.services.act import Actor, acting, unattended
from companion.store import audit, people
from companion.store.activities import activities, library
from companion.store.activities.activities import ActivityVersion
from companion.store.activities.library import Version
from companion.store.base import Store, Transaction
from companion.store.enrolments import enrolments
from companion.store.work import own_set

Edit = Callable[[Activity], Activity]
"""A function that applies an author's change to an activity."""


@dataclass(frozen=True)
class Seen:
    """The version number and revision of the activity that the author saw before making a change."""

    number: int
    revision: int


def take_in(store: Store, from_files: Iterable[Activity], now: datetime, *, shipped: bool = False) -> int:
    """Import every new or changed activity, and return how many were imported.

    Each import creates a new version of the activity. The activity's new version is then waiting for a lead's
    approval. If the activity has warnings that nobody has accepted, the version stays a draft. Activities
    that come with Companion (``shipped``) were already checked before Companion was released. A shipped
    activity is imported only once and never overwrites an author's changes. Raise ``NotAllowed``, and import
    nothing, if an activity has an error.
    """
    taken = 0
    with unattended(store, now) as tx:
        for activity in from_files:
            if faults(activity):
                raise NotAllowed("not_checked")
            checked = shipped or not check(activity)
            row = activities.add_version(tx, activity, checked=checked, unless_known=shipped)
            if row:
                audit.record(tx, audit.Event.ACTIVITY_LOADED, subject=row.id)
                taken += 1
        tx.commit()
    return taken


def begin(actor: Actor, new_id: UUID, about: About) -> None:
    """Create a library activity as a draft without prompts.

    Repeating the call with the same id does nothing.
    """
    with acting(actor) as tx:
        people.lock(tx, actor.viewer.account_id)  # a form sent twice creates only one activity
        if tx.get(activities.ActivityRow, new_id) is not None:
            return
        activity = editing.blank(
            about, f"written-{uuid4().hex[:12]}"
        )  # a title can be too personal for the log
        row = activities.add_activity(tx, activity, new_id)
        audit.record(tx, audit.Event.ACTIVITY_CHANGED, subject=row.id)
        tx.commit()


def change(actor: Actor, activity_id: UUID, seen: Seen, edit: Edit) -> None:
    """Change an activity's latest version.

    If the latest version can no longer change, create the next version.

    Raise ``ChangedElsewhere`` if somebody has changed the activity since the page was loaded.
    """
    with acting(actor) as tx:
        activity_row = activities.activity_row(tx, actor.viewer, activity_id)
        row = activities.newest_row(tx, activity_id)
        before = activities.opened(tx, row)
        after = editing.without_stale(edit(before))
        if after == before:
            return
        if (row.number, row.revision) != (seen.number, seen.revision):
            raise ChangedElsewhere
        if _fixed(tx, row):
            row = activities.next_version(tx, activity_row, after)
        else:
            activities.change_draft(tx, row, after)
        audit.record(tx, audit.Event.ACTIVITY_CHANGED, subject=row.id, enrolment=activity_row.enrolment_id)
        tx.commit()


def ask_for_approval(actor: Actor, activity_id: UUID, seen: Seen) -> None:
    """Submit an activity's latest version for a lead's approval. Repeating the call changes nothing.

    Raise ``NotAllowed`` for an error or an unaccepted warning, or for an activity that was made for one
    participant. Raise ``ChangedElsewhere`` if the page is out of date.
    """
    with acting(actor) as tx:
        activity_row = activities.activity_row(tx, actor.viewer, activity_id)
        row = activities.newest_row(tx, activity_id)
        if activity_row.enrolment_id is not None:
            raise NotAllowed("needs_no_approval")
        if (row.number, row.revision) != (seen.number, seen.revision):
            raise ChangedElsewhere
        if check(activities.opened(tx, row)):
            raise NotAllowed("not_checked")
        if row.checked_at is None and row.approved_at is None:
            row.checked_at = actor.now
            audit.record(tx, audit.Event.ACTIVITY_CHECKED, subject=row.id)
        tx.commit()


def adapt(actor: Actor, enrolment_id: UUID, version_id: UUID, new_id: UUID) -> None:
    """Copy an activity version for one participant.

    The copy records the original version's id. Repeating the call with the same id does nothing. Raise
    ``NotAllowed`` for an activity that was made for another participant.
    """
    with acting(actor) as tx:
        enrolment = enrolments.enrolment(tx, actor.viewer, enrolment_id, lock=True)
        if tx.get(activities.ActivityRow, new_id) is not None:
            return
        origin = library.version(tx, version_id)
        if origin.enrolment_id not in (None, enrolment.id):
            raise NotAllowed("not_offered")
        activity = editing.renamed(origin.activity, f"own-{uuid4().hex[:12]}")
        row = activities.add_activity(tx, activity, new_id, enrolment.id, origin_id=origin.id)
        audit.record(tx, audit.Event.ACTIVITY_CHANGED, subject=row.id, enrolment=enrolment.id)
        tx.commit()


def newest(tx: Transaction, viewer: Viewer, activity_id: UUID) -> Version:
    """Return the activity version that authors are working on.

    Raise ``NotFound`` if the viewer may not see the activity.
    """
    return library.versions(tx, viewer, activity_id)[0]


def fixed(tx: Transaction, version: Version) -> bool:
    """True if a version can no longer change, because it was approved or set as work."""
    return version.approved_at is not None or own_set.is_set(tx, version.id)


def _fixed(tx: Transaction, row: ActivityVersion) -> bool:
    return row.approved_at is not None or own_set.is_set(tx, row.id)
