"""Import programmes and their versions from files."""

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
    """Import every new version of the programmes, and return the imported programmes. If any programme
    version in the files is refused, import nothing.

    A new version applies only to new enrolments. Raise ``NotAllowed`` unless each version is newer than every
    stored version of its programme, or is already stored with identical contents. A ``shipped`` programme is
    imported only if no version of the programme exists yet.
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
    """Return whether the programme's version is newer than every existing version. ``known`` lists the
    programme's existing version numbers, the newest first.
    """
    return not known or programme.version > known[0]
