"""Leads approve and retire activities, and read what practitioners made for one participant."""

from datetime import datetime
from uuid import UUID

from companion.domain.people import Role, Viewer
from companion.domain.refusals import ChangedElsewhere, NotAllowed, NotFound
from companion.services.act import Actor, Counted, acting
from companion.services.work.assign import offers
from companion.store import audit
from companion.store.activities import activities, library
from companion.store.activities.library import Version, VersionState
from companion.store.base import Transaction
from companion.store.enrolments import enrolments
from companion.store.work import own_set


def to_read(tx: Transaction, after: UUID | None = None) -> list[Version]:
    """Return what waits for a lead, in reading order: by title, with all languages of an activity together.

    Start after the activity ``after``; those before it come last.
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
    """Approve this version, so that it can be set. Repeating it changes nothing.

    Raise ``NotAllowed`` for a draft, and ``ChangedElsewhere`` if it has changed: a lead approves exactly what they
    read.
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


def retire(actor: Actor, activity_id: UUID) -> None:
    """Stop the activity from being set; work already set stays as it is."""
    _retire(actor, activity_id, retired_at=actor.now)


def bring_back(actor: Actor, activity_id: UUID) -> None:
    """Let the activity be set again."""
    _retire(actor, activity_id, retired_at=None)


def read_own(actor: Actor, version_id: UUID) -> Version:
    """Return an activity made for one participant, for a lead. Recorded; the first read marks it as seen."""
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
