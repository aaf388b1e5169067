"""Test that a practitioner who covers for a colleague is told about the colleague's unread messages."""

from collections import Counter
from datetime import date

from sqlalchemy import select

from companion.cli.background.reminders import DUE
from companion.services.messages.tell_cover import tell_readers
from companion.store.outbox import Notice, Outgoing
from tests.cast import Cast
from tests.fixtures import Clock


def test_the_reminder_job_also_sends_notices_about_unread_messages() -> None:
    assert tell_readers in DUE


def notices(cast: Cast) -> Counter[str]:
    """Count the notices to Priya and to Daniel about messages."""
    people = {each.viewer.account_id: each.viewer.name for each in (cast.priya, cast.daniel)}
    with cast.store.reading() as tx:
        rows = tx.scalars(select(Outgoing.account_id).where(Outgoing.notice == Notice.MESSAGE_SENT))
        return Counter(people[each] for each in rows if each in people)


def test_a_practitioner_is_told_when_they_take_over_a_colleagues_messages(cast: Cast, clock: Clock) -> None:
    cast.sam.writes("Before the days.")
    cast.owen.writes("Read in time.")
    cast.priya.reads_messages_of(cast.owen)
    before = notices(cast)
    cast.priya.is_away(date(2026, 11, 25), date(2026, 11, 26), cast.daniel)
    assert tell_readers(cast.store, cast.now) == 0  # the absence hasn't begun
    clock.forward(days=1)
    assert [tell_readers(cast.store, cast.now) for _ in range(2)] == [1, 0]
    assert notices(cast) - before == {"Daniel": 1}
    cast.owen.writes("While she is away.")
    assert tell_readers(cast.store, cast.now) == 0  # Daniel was told when the message arrived
    clock.forward(days=2)
    assert [tell_readers(cast.store, cast.now) for _ in range(2)] == [
        1,
        0,
    ]  # Priya knew about the first message before her absence
    assert notices(cast) - before == {"Daniel": 2, "Priya": 1}


def test_nobody_is_told_about_messages_during_an_absence_without_cover(cast: Cast, clock: Clock) -> None:
    cast.sam.writes("Before the days.")
    cast.priya.is_away(date(2026, 11, 25), date(2026, 11, 26))
    clock.forward(days=1)
    assert tell_readers(cast.store, cast.now) == 0
