"""Rate limits that all processes share.

Rate limits slow people down but never lock anybody out for good. Some rate limits become stricter for
somebody who keeps trying after a refusal, because each new time window is longer than the one before, up to
an hour. A rate limit's window returns to its original length after an hour without attempts, or after a
successful attempt.
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
    """The number of attempts in a window of time.

    ``key`` is a keyed hash, which doesn't identify anybody.
    """

    __tablename__ = "tries"

    key: Mapped[str] = mapped_column(String(64), unique=True)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    count: Mapped[int]
    level: Mapped[int]
    """How many of the preceding windows in a row were over the limit: 0, 1 or 2."""


MINUTES = 15
LIMITS = {
    "sign-in.account": 10,
    "sign-in.device": 10,
    "sign-in.address": 60,
    "sign-in.overall": 3000,
    "code.account": 10,
    "join.code": 5,
    "join.address": 20,
    "join.overall": 600,
    "join.slip": 10,
    "hashing.account": 60,
    "hashing.address": 300,
    "refusal.account": 20,
    "calendar.address": 60,
    "message.thread": 20,
    "message.account": 200,
    "act.account": 3000,
    "save.account": 20000,
    "export.account": 5,
    "export.address": 20,
}
"""The number of attempts allowed in one window. A window lasts 15 minutes unless ``LONGER`` sets another
length for its limit.

The second part of the key says whose attempts are counted (``WIDTHS``). Only strangers share a limit with
everybody: nobody who is signed in, or has opened the door with a slip, is refused because of others.
"""
WIDTHS = ("device", "code", "slip", "thread", "account", "address", "overall")
"""Whose attempts a limit counts, from the narrowest to the widest."""
FIRST_OF_ADDRESS = 3
"""The number of attempts from one network that the limit over everybody never refuses. While others keep
that limit spent from many networks, somebody elsewhere who has the right passphrase or slip still gets in.
"""
LONGER = {
    "message.thread": 60,
    "message.account": 60,
    "act.account": 60,
    "save.account": 60,
    "export.account": 60,
    "export.address": 60,
}
"""The windows, in minutes, of the rate limits that don't use the default of 15 minutes."""
GROWING = frozenset({"sign-in.account", "sign-in.device", "code.account", "join.code", "join.slip"})
"""The rate limits on guessing passphrases and codes. The shortest window of these rate limits is 15 minutes.
If somebody exceeds the limit, the next window is 30 minutes, and then 60.
"""
QUIET = timedelta(hours=1)
"""How long after a rate limit's window Companion remembers that somebody exceeded the limit.

No rate limit may have a window that is longer than ``QUIET``, which is one hour.
"""


AHEAD = timedelta(minutes=5)
"""The largest difference that Companion allows between two machines' clocks.

If a rate limit's window ends too far ahead, the clock was probably set back, so Companion starts a new
window.
"""


def lengths(what: str) -> list[timedelta]:
    """Return a limit's possible window lengths, the shortest first."""
    first = timedelta(minutes=LONGER.get(what, MINUTES))
    return [first, first * 2, first * 4] if what in GROWING else [first]


def count(tx: Transaction, what: str, whose: str, now: datetime) -> None:
    """Count an act in the act's own transaction, so that only acts that are committed count.

    Raise ``SlowDown`` if there have been too many.
    """
    if refusal := _refusal(what, *_tried(tx, what, whose, now), now):
        raise refusal


def _refusal(what: str, tries: int, ends_at: datetime, now: datetime) -> SlowDown | None:
    if tries <= LIMITS[what]:
        return None
    return SlowDown(max(1, int((ends_at - now).total_seconds())), what, tries - LIMITS[what])


def beyond(tx: Transaction, what: str, whose: str, now: datetime) -> int:
    """Count an event, even if there have been more events than the limit allows. Return by how much the count
    exceeds the limit.

    The caller must commit the transaction.
    """
    return max(0, _tried(tx, what, whose, now)[0] - LIMITS[what])


def written(number: int) -> bool:
    """Return True for the 1st, 2nd, 4th, 8th … attempt beyond a rate limit: only these go into the audit log.

    Recording every attempt could flood the audit log.
    """
    return number & (number - 1) == 0


def _tried(tx: Transaction, what: str, whose: str, now: datetime) -> tuple[int, datetime]:
    """Count an attempt. Return the number of attempts in the window, and the window's end."""
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
    """Return the SQL statement that counts an attempt in the current or a new window."""
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
    """After a success, forget all attempts under a key."""
    tx.execute(delete(Try).where(Try.key == _key(tx, what, whose)))


def drop_old(tx: Transaction, now: datetime) -> None:
    """Delete the stored counts of attempts that no rate limit needs any more. The caller must commit."""
    old = locks.skipping_locked(select(Try.id).where(Try.ends_at <= now - QUIET))
    tx.execute(delete(Try).where(Try.id.in_(old)))


def _key(tx: Transaction, what: str, whose: str) -> str:
    if what.endswith(".address"):
        whose = network(whose)
    return tx.keys.lookup(what, whose).hex()


def take(store: Store, now: datetime, *tries: tuple[str, str], known: bool = False) -> None:
    """Count an attempt against several limits, from the narrowest to the widest, and commit.

    Raise ``SlowDown`` at the first limit that is exceeded. The wider limits then don't count the attempt, so
    that nobody uses up what others share by trying again and again.

    Set ``known`` for an attempt to sign in from a device that the account's owner has used before. Only the
    device's own limit can refuse it, and strangers on other devices can't lock the owner out. The wider
    limits are still counted, so that a known device takes just as long.
    """
    refusal: SlowDown | None = None
    with store.writing(now) as tx:
        narrower = 0
        for number, (what, whose) in enumerate(sorted(tries, key=_width)):
            tried, ends_at = _tried(tx, what, whose, now)
            first = what.endswith(".overall") and narrower <= FIRST_OF_ADDRESS
            if not first and not (known and number):
                refusal = _refusal(what, tried, ends_at, now)
            if refusal:
                break
            narrower = tried
        if refusal and written(refusal.number):
            detail = refusal.what if refusal.number == 1 else f"{refusal.what}:{refusal.number}"
            audit.record(tx, audit.Event.REFUSED, detail=detail)
        tx.commit()
    if refusal:
        raise refusal


def _width(limit: tuple[str, str]) -> int:
    return WIDTHS.index(limit[0].partition(".")[2])
