"""Importing programmes and their versions from files."""

from collections.abc import Iterable
from datetime import datetime

from companion.domain.programme.programme import Programme
from companion.domain.refusals import NotAllowed
from companion.services.act import unattended
from companion.store import audit
from companion.store.base import Store
from companion.store.programme import programmes


def take_in(
    store: Store, from_files: Iterable[Programme], now: datetime, *, shipped: bool = False
) -> list[Programme]:
    """Import every new version, all or none; return those imported.

    A new version is only for new enrolments. Raise ``NotAllowed`` for one that differs but reuses an existing number.
    ``shipped`` programmes are a starting point: they never come after an existing version.
    """
    taken = []
    with unattended(store, now) as tx:
        for programme in from_files:
            known = programmes.numbers(tx, programme.id)
            if shipped and known:
                continue
            if not is_next(programme, known):
                if programme in programmes.versions(tx, programme.id):
                    continue
                raise NotAllowed("version_known")
            row = programmes.add_version(tx, programme)
            audit.record(tx, audit.Event.PROGRAMME_LOADED, subject=row.id)
            taken.append(programme)
        tx.commit()
    return taken


def is_next(programme: Programme, known: list[int]) -> bool:
    """Whether it can follow its ``known`` version numbers, newest first."""
    return not known or programme.version > known[0]
