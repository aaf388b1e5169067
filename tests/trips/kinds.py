"""Store an activity with every kind of question."""

from datetime import datetime

from companion.store.activities import activities
from companion.store.base import Store
from tests.domain.activities.answers.samples import every_kind


def hold_every_kind(store: Store, now: datetime, *only: str) -> None:
    with store.writing(now) as tx:
        activities.add_version(tx, every_kind(*only))
        tx.commit()
