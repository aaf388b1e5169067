"""Measure what ``/metrics`` and ``doctor`` report.

Because the measurements are in a file, the command ``doctor`` can read them even while the database is down.
"""

from datetime import datetime

from companion.config import Settings
from companion.domain.operations.metrics import series
from companion.store import audit, outbox
from companion.store.base import Store, answers
from companion.store.operations import counters
from companion.store.operations.counters import Numbers

FILE = "metrics/background.json"
TURNED, DONE = "companion_background_turn_timestamp_seconds", "companion_background_round_timestamp_seconds"


class Measures:
    def __init__(self, settings: Settings) -> None:
        self._databases = {"data": settings.database_url, "keys": settings.keys_url}
        self._path = settings.home / FILE
        self._lasting: Numbers = {}

    def failed(self, job: str) -> None:
        """Add one to the failure count of ``job``."""
        key = series("companion_background_failed_total", job=job)
        self._lasting[key] = self._lasting.get(key, 0) + 1

    def done(self, now: datetime) -> None:
        self._lasting[DONE] = now.timestamp()

    def keep(self, store: Store | None, now: datetime) -> None:
        """Take every measurement and write the file of measurements."""
        up = {name: answers(url) for name, url in self._databases.items()}
        numbers = {series("companion_database_up", database=name): float(each) for name, each in up.items()}
        if store and all(up.values()):
            numbers |= waiting(store, now)
        counters.write(self._path, {**self._lasting, **numbers, TURNED: now.timestamp()})


def waiting(store: Store, now: datetime) -> Numbers:
    """Count the unsent emails and the audit entries that aren't in the hash chain yet. Include how many
    seconds the oldest unsent email and the oldest unchained audit entry have waited.
    """
    with store.reading() as tx:
        sent, chained = outbox.waiting(tx, now), audit.loose(tx)
    return {
        "companion_outbox_pending": sent.count,
        "companion_outbox_oldest_seconds": sent.age(now).total_seconds(),
        "companion_audit_unsealed": chained.count,
        "companion_audit_unsealed_oldest_seconds": chained.age(now).total_seconds(),
    }
