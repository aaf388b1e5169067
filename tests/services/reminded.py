"""Helpers for tests of reminders and the daily email."""

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import select

from companion.domain.notices.reminders import Choice
from companion.domain.time.london import LONDON
from companion.services.meetings import schedule
from companion.services.meetings.schedule import NewTime
from companion.services.notices import preferences, send
from companion.services.notices.schedule import remind_of_appointments, send_digests
from companion.services.notices.send import Letter, NotDelivered, Why
from companion.store.base import Store
from companion.store.meetings import appointments
from companion.store.outbox import Notice, Outgoing
from tests.cast import Cast
from tests.fixtures import Clock
from tests.people import Somebody


def wants(cast: Cast, somebody: Somebody, *days: int, digest: bool = False) -> None:
    address = f"{somebody.sign_in_name}@post.example"
    preferences.choose(somebody.actor, Choice(address, frozenset(days), digest))


def until(clock: Clock, *moment: int) -> None:
    there = datetime(*moment, tzinfo=LONDON)  # type: ignore[misc,arg-type]
    clock.forward(seconds=(there.astimezone(UTC) - clock.now).total_seconds())


def meeting(cast: Cast) -> tuple[UUID, datetime]:
    """Return the id and the start of Sam's appointment."""
    with cast.store.reading() as tx:
        (found,) = appointments.appointments(tx, cast.sam.enrolment_id)
    return found.id, found.starts_at


def moves(cast: Cast, day: str, clock_time: str = "14:00", seen: int = 1) -> None:
    schedule.move_appointment(cast.priya.actor, meeting(cast)[0], NewTime(day, clock_time, seen))


def rows(store: Store, notice: Notice = Notice.APPOINTMENT_REMINDER) -> list[tuple[str, str | None]]:
    """Return the due time in London and the outcome of each notice."""
    with store.reading() as tx:
        found = tx.scalars(select(Outgoing).where(Outgoing.notice == notice).order_by(Outgoing.due_at))
        return [(f"{row.due_at.astimezone(LONDON):%d %H:%M}", row.outcome) for row in found]


class Postbox:
    """A substitute for an email server."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []
        self.why: Why | None = None

    def __call__(self, letter: Letter) -> None:
        if self.why:
            raise NotDelivered(self.why)
        self.letters.append(letter)


def ticks(cast: Cast, postbox: Postbox) -> int:
    """Run the background worker once, and return how many emails were sent."""
    remind_of_appointments(cast.store, cast.now)
    send_digests(cast.store, cast.now)
    return send.deliver(cast.store, postbox, cast.now)
