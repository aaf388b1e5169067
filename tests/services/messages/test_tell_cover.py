"""A cover is told of what already waits when the days begin, and a returning practitioner of what still does."""

from collections import Counter
from datetime import date

from sqlalchemy import select

from companion.cli.background.reminders import DUE
from companion.services.messages.tell_cover import tell_readers
from companion.store.outbox import Notice, Outgoing
from tests.cast import Cast
from tests.fixtures import Clock


def test_it_runs_with_the_other_reminders() -> None:
    assert tell_readers in DUE


def notices(cast: Cast) -> Counter[str]:
    """Return how many notices of messages each of the two has had."""
    people = {each.viewer.account_id: each.viewer.name for each in (cast.priya, cast.daniel)}
    with cast.store.reading() as tx:
        rows = tx.scalars(select(Outgoing.account_id).where(Outgoing.notice == Notice.MESSAGE_SENT))
        return Counter(people[each] for each in rows if each in people)


def test_waiting_messages_are_announced_when_an_absence_begins_and_ends(cast: Cast, clock: Clock) -> None:
    cast.sam.writes("Before the days.")
    cast.owen.writes("Read in time.")
    cast.priya.reads_messages_of(cast.owen)
    before = notices(cast)
    cast.priya.is_away(date(2026, 11, 25), date(2026, 11, 26), cast.daniel)
    assert tell_readers(cast.store, cast.now) == 0  # the days have not begun
    clock.forward(days=1)
    assert [tell_readers(cast.store, cast.now) for _ in range(2)] == [1, 0]
    assert notices(cast) - before == {"Daniel": 1}
    cast.owen.writes("While she is away.")
    assert tell_readers(cast.store, cast.now) == 0  # he was told when it came
    clock.forward(days=2)
    assert [tell_readers(cast.store, cast.now) for _ in range(2)] == [
        1,
        0,
    ]  # she is back: she knows the first
    assert notices(cast) - before == {"Daniel": 2, "Priya": 1}


def test_nobody_is_told_while_nobody_reads(cast: Cast, clock: Clock) -> None:
    cast.sam.writes("Before the days.")
    cast.priya.is_away(date(2026, 11, 25), date(2026, 11, 26))
    clock.forward(days=1)
    assert tell_readers(cast.store, cast.now) == 0
