"""Let leads approve or retire activities, or return them to their authors.

Leads can also read activities that were made for one participant.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from companion.domain.authoring.changes import Changes, changes
from companion.domain.people import Role, Viewer
from companion.domain.refusals import ChangedElsewhere, NotAllowed, NotFound
from companion.domain.text import clean
from companion.services.act import Actor, Counted, acting
from companion.services.work.assign import offers
from companion.store import audit, people
from companion.store.activities import activities, library, returns
from companion.store.activities.library import Version, VersionState
from companion.store.activities.returns import Returned
from companion.store.base import Transaction
from companion.store.enrolments import enrolments
from companion.store.work import own_set

REMARK_MOST = 2_000
"""The maximum number of characters in a lead's remark on a returned activity."""


def to_read(tx: Transaction, after: UUID | None = None) -> list[Version]:
    """Return the versions that are waiting for approval, sorted by title.

    The list keeps the language versions of an activity together. If ``after`` is an activity's id, leave
    this activity out, and rotate the list so that it starts just after this activity.
    """
    in_use = [each for each in library.newest_versions(tx) if each.retired_at is None]
    every = [version for offer in offers(in_use) for version in offer.versions]
    at = next((place for place, each in enumerate(every, 1) if each.activity_id == after), 0)
    return [
        each
        for each in every[at:] + every[:at]
        if each.state is VersionState.CHECKED and each.activity_id != after
    ]


def approve(actor: Actor, version_id: UUID, revision: int) -> None:
    """Approve this version. Practitioners can then set the version as work. Repeating the call changes
    nothing.

    Raise ``NotAllowed`` if the version is still a draft. Raise ``ChangedElsewhere`` if the version has
    changed since the lead read the version.
    """
    with acting(actor) as tx:
        _require_lead(actor.viewer)
        activity_row = activities.activity_row(tx, actor.viewer, activities.activity_of(tx, version_id))
        row = activities.version_row(tx, version_id)
        if activity_row.enrolment_id is not None:
            raise NotFound
        if row.checked_at is None:
            raise NotAllowed("not_checked")
        if row.revision != revision:
            raise ChangedElsewhere
        if row.approved_at is None:
            row.approved_at, row.approved_by = actor.now, actor.viewer.account_id
            audit.record(tx, audit.Event.ACTIVITY_APPROVED, subject=row.id)
        tx.commit()


def send_back(actor: Actor, version_id: UUID, revision: int, remark: str) -> None:
    """Send a version back to its author as a draft, with a remark.

    Repeating the call changes nothing. Raise ``Rejected`` for an empty or overlong remark. Raise
    ``ChangedElsewhere`` if the version has changed or isn't waiting for approval.
    """
    said = clean(remark, REMARK_MOST, "remark")
    with acting(actor) as tx:
        _require_lead(actor.viewer)
        activity_row = activities.activity_row(tx, actor.viewer, activities.activity_of(tx, version_id))
        row = activities.version_row(tx, version_id)
        if activity_row.enrolment_id is not None:
            raise NotFound
        before = returns.of_version(tx, version_id)[:1]
        sent = [(actor.viewer.account_id, said)]
        if row.checked_at is None and [(each.by_id, each.remark) for each in before] == sent:
            return
        if row.checked_at is None or row.approved_at is not None or row.revision != revision:
            raise ChangedElsewhere
        row.checked_at = None
        returns.add(tx, version_id, said)
        audit.record(tx, audit.Event.ACTIVITY_RETURNED, subject=row.id)
        tx.commit()


@dataclass(frozen=True)
class Reading:
    """What a page shows beside an activity version: its authors, when leads returned it, and what has changed
    since its last approval.
    """

    last_approved: Version | None
    changes: Changes | None
    """The changes since the last approved version. None if no earlier version was approved, or if this
    version is already approved.
    """
    returned: Sequence[Returned]
    """The times when a lead returned this version to its author, newest first."""
    names: Mapping[UUID, str]
    """The names of the staff who wrote, approved or returned versions, keyed by account."""

    def name(self, account_id: UUID | None) -> str:
        """Return the name of the person with this account id, or an empty string if ``names`` doesn't contain
        the id.
        """
        return self.names.get(account_id, "") if account_id else ""


def reading(tx: Transaction, every: Sequence[Version]) -> Reading:
    """Return the details shown beside an activity's newest version.

    ``every`` contains all of the activity's versions, the newest first.
    """
    version, *earlier = every
    approved = next((each for each in earlier if each.approved_at), None)
    returned = returns.of_version(tx, version.id)
    staff = [*(each.author_id for each in every), *(each.approved_by for each in every)]
    names = people.names_of(tx, [*staff, *(each.by_id for each in returned)])
    return Reading(
        last_approved=approved,
        changes=changes(approved.activity, version.activity)
        if approved and not version.approved_at
        else None,
        returned=returned,
        names=names,
    )


def retire(actor: Actor, activity_id: UUID) -> None:
    """Retire an activity. Practitioners can't set a retired activity as work. Work that practitioners have
    already set doesn't change.
    """
    _retire(actor, activity_id, retired_at=actor.now)


def bring_back(actor: Actor, activity_id: UUID) -> None:
    """Bring back a retired activity. From now on, practitioners can choose the activity again when they set
    work.
    """
    _retire(actor, activity_id, retired_at=None)


def read_own(actor: Actor, version_id: UUID) -> Version:
    """Let a lead read an activity that was made for one participant.

    The audit log records each time that a lead reads the activity. A lead's first read also marks the
    activity as seen. Raise ``NotFound`` unless the activity was made for one participant and has been set as
    work.
    """
    with acting(actor, Counted.NEVER) as tx:
        _require_lead(actor.viewer)
        row = activities.version_row(tx, version_id)
        version = library.shown(tx, row)
        if version.enrolment_id is None or not own_set.is_set(tx, row.id):
            raise NotFound
        enrolments.lock_of(tx, version.enrolment_id, enrolments.is_there())
        row.seen_at = row.seen_at or actor.now
        audit.record(tx, audit.Event.OWN_ACTIVITY_READ, subject=row.id, enrolment=version.enrolment_id)
        tx.commit()
    return version


def _retire(actor: Actor, activity_id: UUID, retired_at: datetime | None) -> None:
    with acting(actor) as tx:
        _require_lead(actor.viewer)
        row = activities.activity_row(tx, actor.viewer, activity_id)
        if (row.retired_at is None) != (retired_at is None):
            row.retired_at = retired_at
            event = audit.Event.ACTIVITY_RETIRED if retired_at else audit.Event.ACTIVITY_BROUGHT_BACK
            audit.record(tx, event, subject=row.id)
        tx.commit()


def _require_lead(viewer: Viewer) -> None:
    if viewer.role is not Role.LEAD:
        raise NotFound
