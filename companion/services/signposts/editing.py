"""Let administrators edit the signposts.

The help page reads the signposts from a file, and works without the database.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from msgspec.structs import replace

from companion.content import shipped_directory
from companion.domain.people import Role, Viewer
from companion.domain.refusals import ChangedElsewhere, NotFound
from companion.domain.signposts import editing
from companion.domain.signposts.form import Form, typed_signpost
from companion.domain.signposts.signposts import Directory, Signpost
from companion.domain.time.london import LONDON
from companion.services.act import Actor, acting
from companion.store import audit
from companion.store.base import Store, Transaction
from companion.store.signposts import signposts
from companion.store.signposts.help_file import Snapshot
from companion.store.signposts.signposts import Change

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class CurrentDirectory:
    """The current directory of signposts, with its version number. The directory of signposts that comes with
    Companion has the version number 0.
    """

    number: int
    directory: Directory


def standing(tx: Transaction) -> CurrentDirectory:
    """Return the current directory of signposts."""
    return CurrentDirectory(*(signposts.newest(tx) or (0, shipped_directory())))


def keep(store: Store, snapshot: Snapshot) -> None:
    """Update the help page's file if the directory of signposts has changed.

    Errors are logged but not raised.
    """
    try:
        with snapshot.turn(), store.reading() as tx:
            snapshot.write(standing(tx).directory)
    except Exception as error:  # the help page still has the old file
        log.warning("the snapshot of the signposts could not be written", exc_info=error)


def typed(tx: Transaction, key: str, form: Form, now: datetime) -> Signpost:
    """Return a signpost, as typed, for a preview.

    Nothing is stored. ``key`` is empty for a new signpost. Raise ``Rejected`` for a mistake in the form.
    Raise ``NotFound`` for an unknown signpost.
    """
    return _typed(standing(tx).directory, key, form, now)


def save(actor: Actor, snapshot: Snapshot, key: str, form: Form, seen: int) -> None:
    """Save a signpost, as typed. The page showed version ``seen`` of the directory of signposts.

    Raise ``Rejected`` for a mistake in the form. Raise ``NotFound`` for an unknown signpost. Raise
    ``ChangedElsewhere`` if the signpost has changed.
    """
    with acting(actor) as tx:
        before = _before(tx, actor.viewer)
        _require_seen(tx, before, key, seen)
        signpost = _typed(before.directory, key, form, actor.now)
        after = editing.put(before.directory, signpost)
        _take_over(tx, before, after, signpost.id, "changed" if key else "added")
        tx.commit()
    keep(actor.store, snapshot)


def check(actor: Actor, snapshot: Snapshot, key: str, seen: int) -> None:
    """Record that somebody has checked a signpost today.

    The page showed version ``seen`` of the directory of signposts. Raise the same errors as ``save``.
    """
    _change(
        actor, snapshot, _Edit(key, "checked", lambda d: editing.put(d, _checked(d, key, actor.now)), seen)
    )


def move(actor: Actor, snapshot: Snapshot, key: str, by: int) -> None:
    """Move a signpost up (-1) or down (1). Raise ``NotFound`` if there is no such signpost."""
    _change(actor, snapshot, _Edit(key, "moved", lambda d: editing.moved(d, key, by)))


def remove(actor: Actor, snapshot: Snapshot, key: str, seen: int) -> None:
    """Remove a signpost. Raise the same errors as ``save``."""
    _change(actor, snapshot, _Edit(key, "removed", lambda d: editing.without(d, key), seen))


def history(tx: Transaction, most: int) -> list[tuple[Change, str]]:
    """Return the latest changes to the signposts, the newest first. Each entry in the history gives the
    signpost's name, even after the signpost was removed.
    """
    found = signposts.changes(tx, most + 1)  # the change before the last one shown names what it removed
    before = [*(change.directory for change in found[1:]), shipped_directory()]
    named = []
    for change, older in zip(found, before, strict=False):
        signpost = editing.find(change.directory, change.signpost) or editing.find(older, change.signpost)
        named.append((change, signpost.name["en"] if signpost else change.signpost))
    return named[:most]


@dataclass(frozen=True)
class _Edit:
    """A change to one signpost."""

    key: str
    act: str
    how: Callable[[Directory], Directory]
    seen: int | None = None


def _change(actor: Actor, snapshot: Snapshot, edit: _Edit) -> None:
    with acting(actor) as tx:
        before = _before(tx, actor.viewer)
        if edit.seen is not None:
            _require_seen(tx, before, edit.key, edit.seen)
        _take_over(tx, before, edit.how(before.directory), edit.key, edit.act)
        tx.commit()
    keep(actor.store, snapshot)


def _before(tx: Transaction, viewer: Viewer) -> CurrentDirectory:
    if viewer.role is not Role.ADMINISTRATOR:
        raise NotFound
    return standing(tx)


def _require_seen(tx: Transaction, now: CurrentDirectory, key: str, seen: int) -> None:
    """Raise ``ChangedElsewhere`` if this signpost has changed."""
    then = shipped_directory() if seen == 0 else signposts.numbered(tx, seen)
    old, new = then and editing.find(then, key), editing.find(now.directory, key)
    if key and old is None and new is None:
        raise NotFound
    if then is None or old != new:
        raise ChangedElsewhere


def _typed(directory: Directory, key: str, form: Form, now: datetime) -> Signpost:
    old = editing.find(directory, key)
    if key and old is None:
        raise NotFound
    signpost = typed_signpost(form, key or "new", old, _today(now))
    if not key:
        signpost = editing.as_new(directory, signpost)
    editing.put(directory, signpost)
    return signpost


def _checked(directory: Directory, key: str, now: datetime) -> Signpost:
    signpost = editing.find(directory, key)
    if signpost is None:
        raise NotFound
    return replace(signpost, checked=_today(now))


def _take_over(tx: Transaction, before: CurrentDirectory, after: Directory, key: str, act: str) -> None:
    if after != before.directory:
        signposts.add(tx, before.number + 1, after, key, act)
        audit.record(tx, audit.Event.SIGNPOST_CHANGED, detail=key)


def _today(now: datetime) -> date:
    return now.astimezone(LONDON).date()
