"""Taking in what is delivered: programmes with their versions, from files."""

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
    """Take in every version that is new, all or none; which those were.

    A new version is for new enrolments alone. Raises ``NotAllowed`` for one whose number is no new one
    and that says something else. What is ``shipped`` is a start: it never follows a version that is there.
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
    """Whether it can follow the versions of it with the ``known`` numbers, newest first."""
    return not known or programme.version > known[0]
