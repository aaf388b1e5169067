"""Limits on tries, right across processes: one row a key, one atomic statement a try."""

from datetime import datetime, timedelta

from sqlalchemy import String, case, delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from companion.domain.refusals import SlowDown
from companion.store import audit
from companion.store.base import Model, Store, Transaction
from companion.store.types import UtcDateTime


class Try(Model):
    """How often something was tried since ``started_at``. ``key`` is a keyed hash in hex: it names nobody."""

    __tablename__ = "tries"

    key: Mapped[str] = mapped_column(String(64), unique=True)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    count: Mapped[int]


MINUTES = 15
LIMITS = {
    "sign-in.account": 10,
    "sign-in.address": 60,
    "sign-in.overall": 3000,
    "code.account": 10,
    "join.code": 5,
    "join.address": 20,
    "join.overall": 600,
    "calendar.address": 60,
    "message.thread": 20,
    "export.account": 5,
}
"""Tries in 15 minutes or the time below, for each account, address or altogether."""
LONGER = {"message.thread": 60, "export.account": 60}
"""Minutes, where they are not 15."""


def count(tx: Transaction, what: str, whose: str, now: datetime) -> None:
    """Count a try. Raises ``SlowDown`` beyond the limit; the caller commits either way."""
    insert = postgresql.insert if tx.get_bind().dialect.name == "postgresql" else sqlite.insert
    lasts = timedelta(minutes=LONGER.get(what, MINUTES))
    window = now - lasts
    fresh = Try.started_at <= window
    row = tx.execute(
        insert(Try)
        .values(key=_key(tx, what, whose), started_at=now, count=1)
        .on_conflict_do_update(
            index_elements=[Try.key],
            set_={
                "count": case((fresh, 1), else_=Try.count + 1),
                "started_at": case((fresh, now), else_=Try.started_at),
            },
        )
        .returning(Try.count.label("tries"), Try.started_at)
    ).one()
    if row.tries > LIMITS[what]:
        left = row.started_at + lasts - now
        raise SlowDown(max(1, int(left.total_seconds())), what)


def forget(tx: Transaction, what: str, whose: str) -> None:
    """Start again after a try that succeeded."""
    tx.execute(delete(Try).where(Try.key == _key(tx, what, whose)))


def _key(tx: Transaction, what: str, whose: str) -> str:
    return tx.keys.lookup(what, whose).hex()


def take(store: Store, now: datetime, *tries: tuple[str, str]) -> None:
    """Count tries of several limits and commit. Raises ``SlowDown`` if one of them is spent."""
    slow: list[SlowDown] = []
    with store.writing() as tx:
        for what, whose in tries:
            try:
                count(tx, what, whose, now)
            except SlowDown as refusal:
                slow.append(refusal)
        if slow:
            audit.record(tx, audit.Event.REFUSED, now, None, detail=slow[0].what)
        tx.commit()
    if slow:
        raise max(slow, key=lambda refusal: refusal.seconds)
