"""Rate limits shared by all processes. Each limit has a row in the database, and each attempt is counted with
one atomic statement.

Rate limits slow people down but never lock anybody out for good. For some limits, if somebody uses up a
window's attempts and keeps trying, the next window is longer, up to an hour. After an hour without attempts,
or after a success, the window returns to its initial length.
"""

import functools
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import Executable, String, Table, and_, bindparam, case, delete, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from companion.domain.ip_addresses import network
from companion.domain.refusals import SlowDown
from companion.store import audit, locks
from companion.store.base import Model, Store, Transaction
from companion.store.types import UtcDateTime


class Try(Model):
    """The number of attempts made in a window of time.

    ``key`` is a keyed hash in hexadecimal, which doesn't identify anybody.
    """

    __tablename__ = "tries"

    key: Mapped[str] = mapped_column(String(64), unique=True)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    count: Mapped[int]
    level: Mapped[int]
    """The number of consecutive windows, just before this one, in which all attempts were used up.

    The level is never more than two.
    """


MINUTES = 15
LIMITS = {
    "sign-in.account": 10,
    "sign-in.device": 10,
    "sign-in.address": 60,
    "sign-in.overall": 3000,
    "code.account": 10,
    "code.overall": 3000,
    "join.code": 5,
    "join.address": 20,
    "join.overall": 600,
    "join.slip": 10,
    "hashing.account": 60,
    "hashing.address": 300,
    "hashing.overall": 3000,
    "refusal.account": 20,
    "calendar.address": 60,
    "message.thread": 20,
    "message.account": 200,
    "message.overall": 6000,
    "act.account": 3000,
    "save.account": 20000,
    "export.account": 5,
    "export.address": 20,
    "export.overall": 300,
}
"""The number of attempts allowed in 15 minutes, or in the time that ``LONGER`` gives.

The second part of a key says whether the limit is per account, known device or IP address, or in total."""
LONGER = {
    "message.thread": 60,
    "message.account": 60,
    "message.overall": 60,
    "act.account": 60,
    "save.account": 60,
    "export.account": 60,
    "export.address": 60,
    "export.overall": 60,
}
"""The window's length in minutes, for limits whose window isn't 15 minutes."""
GROWING = frozenset({"sign-in.account", "sign-in.device", "code.account", "join.code", "join.slip"})
"""The limits on guessing, whose windows last 15 minutes at first, then 30, then 60."""
QUIET = timedelta(hours=1)
"""If a window's attempts were used up, the window is remembered for this long after it ends.

No window lasts longer than ``QUIET``.
"""


AHEAD = timedelta(minutes=5)
"""The largest difference allowed between two machines' clocks.

If a window ends further in the future than its length and this allowance permit, the clock was set back after
the window began. Such a window is treated as over, so that nobody has to wait for years.
"""


def lengths(what: str) -> list[timedelta]:
    """Return the possible lengths of a limit's window, shortest first.

    The limits in ``GROWING`` have longer windows after windows in which all attempts were used up.
    """
    first = timedelta(minutes=LONGER.get(what, MINUTES))
    return [first, first * 2, first * 4] if what in GROWING else [first]


def everywhere(what: str, account: str, address: str) -> tuple[tuple[str, str], ...]:
    """Return an action's three limits, which ``take`` checks: per account, per address and in total."""
    return (f"{what}.account", account), (f"{what}.address", address), (f"{what}.overall", "")


def count(tx: Transaction, what: str, whose: str, now: datetime) -> None:
    """Count an attempt.

    Raise ``SlowDown`` if the limit is exceeded. The caller must commit the transaction in either case.
    """
    tries, ends_at = _tried(tx, what, whose, now)
    if tries > LIMITS[what]:
        raise SlowDown(max(1, int((ends_at - now).total_seconds())), what, tries - LIMITS[what])


def beyond(tx: Transaction, what: str, whose: str, now: datetime) -> int:
    """Count an action that is never refused. Return how far the count exceeds the limit, or 0 if it doesn't.

    The caller must commit the transaction.
    """
    return max(0, _tried(tx, what, whose, now)[0] - LIMITS[what])


def written(number: int) -> bool:
    """Return whether the nth attempt beyond a limit is recorded in the audit log.

    Only attempts 1, 2, 4, 8 and so on are recorded, so that repeated attempts can't flood the audit log.
    """
    return number & (number - 1) == 0


def _tried(tx: Transaction, what: str, whose: str, now: datetime) -> tuple[int, datetime]:
    """Count an attempt. Return the number of attempts in the current window, and when that window ends."""
    ends = {f"ends_{level}": now + long for level, long in enumerate(lengths(what))}
    row = tx.execute(
        _one_more(tx.get_bind().dialect.name, len(ends)),
        {
            "its": _key(tx, what, whose),
            "now": now,
            "quiet": now - QUIET,
            "farthest": max(ends.values()) + AHEAD,
            "most": LIMITS[what],
            **ends,
        },
    ).one()
    return row.tries, row.ends_at


@functools.cache
def _one_more(dialect: str, levels: int) -> Executable:
    """Return the SQL statement that counts an attempt, either in the current window or as the first attempt
    in a new one.
    """
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    table = cast(Table, Try.__table__)
    its, count, level, ends_at = (table.c[name] for name in ("key", "count", "level", "ends_at"))
    now = bindparam("now", type_=UtcDateTime)
    over = or_(ends_at <= now, ends_at > bindparam("farthest", type_=UtcDateTime))
    spent = and_(over, count > bindparam("most"), ends_at > bindparam("quiet", type_=UtcDateTime))
    ends = [bindparam(f"ends_{number}", type_=UtcDateTime) for number in range(levels)]
    longer = [(and_(spent, level >= number - 1), number) for number in range(levels - 1, 0, -1)]
    return (
        insert(table)
        .values(key=bindparam("its"), ends_at=ends[0], count=1, level=0)
        .on_conflict_do_update(
            index_elements=[its],
            set_={
                "count": case((over, 1), else_=count + 1),
                "level": case(*longer, (over, 0), else_=level),
                "ends_at": case(*((when, ends[n]) for when, n in longer), (over, ends[0]), else_=ends_at),
            },
        )
        .returning(count.label("tries"), ends_at)
    )


def forget(tx: Transaction, what: str, whose: str) -> None:
    """Forget all attempts counted under this key, after a successful attempt."""
    tx.execute(delete(Try).where(Try.key == _key(tx, what, whose)))


def drop_old(tx: Transaction, now: datetime) -> None:
    """Delete rows whose window is no longer needed. The caller must commit the transaction."""
    old = locks.skipping_locked(select(Try.id).where(Try.ends_at <= now - QUIET))
    tx.execute(delete(Try).where(Try.id.in_(old)))


def _key(tx: Transaction, what: str, whose: str) -> str:
    if what.endswith(".address"):
        whose = network(whose)
    return tx.keys.lookup(what, whose).hex()


def take(store: Store, now: datetime, *tries: tuple[str, str], known: bool = False) -> None:
    """Count an attempt against several limits, and commit.

    Raise ``SlowDown`` if one of the limits is exceeded.

    On a ``known`` device, only the first limit applies, so that strangers' attempts can't lock the account's
    owner out.
    """
    slow: list[SlowDown] = []
    with store.writing(now) as tx:
        for number, (what, whose) in enumerate(tries):
            try:
                count(tx, what, whose, now)
            except SlowDown as refusal:
                if number == 0 or not known:
                    slow.append(refusal)
        if slow and written(slow[0].number):
            detail = slow[0].what if slow[0].number == 1 else f"{slow[0].what}:{slow[0].number}"
            audit.record(tx, audit.Event.REFUSED, detail=detail)
        tx.commit()
    if slow:
        raise max(slow, key=lambda refusal: refusal.seconds)
