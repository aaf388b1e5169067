"""Reminders: chosen, made once, in step with the appointments; and the practitioners' daily letter."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update

from companion.domain.london import LONDON
from companion.domain.path import State
from companion.domain.reminders import Choice
from companion.services import choosing_notices, mailing, scheduling
from companion.services.mailing import Letter, NotDelivered, Why
from companion.services.reminding import remind_of_appointments, send_digests
from companion.store import appointments, outbox
from companion.store.base import Store
from companion.store.enrolments import Enrolment
from companion.store.outbox import Notice, Outcome, Outgoing
from tests.cast import Cast, Somebody
from tests.conftest import Clock
from tests.counting import counted

A = "sam@post.example"


def wants(cast: Cast, somebody: Somebody, *days: int, digest: bool = False) -> None:
    address = f"{somebody.sign_in_name}@post.example"
    choosing_notices.choose(cast.store, somebody.viewer, Choice(address, frozenset(days), digest), cast.now)


def until(clock: Clock, *moment: int) -> None:
    there = datetime(*moment, tzinfo=LONDON)  # type: ignore[misc,arg-type]
    clock.forward(seconds=(there.astimezone(UTC) - clock.now).total_seconds())


def meeting(cast: Cast) -> tuple[UUID, datetime]:
    """Sam's appointment: Thursday 26 November at 2 pm."""
    with cast.store.reading() as tx:
        (found,) = appointments.appointments(tx, cast.sam.enrolment_id)
    return found.id, found.starts_at


def moves(cast: Cast, day: str, clock_time: str = "14:00", seen: int = 1) -> None:
    scheduling.move_appointment(
        cast.store, cast.priya.viewer, meeting(cast)[0], day, clock_time, seen, cast.now
    )


def rows(store: Store, notice: Notice = Notice.APPOINTMENT_REMINDER) -> list[tuple[str, str | None]]:
    """The hour in London at which each is due, and how it ended."""
    with store.reading() as tx:
        found = tx.scalars(select(Outgoing).where(Outgoing.notice == notice).order_by(Outgoing.due_at))
        return [(f"{row.due_at.astimezone(LONDON):%d %H:%M}", row.outcome) for row in found]


class Postbox:
    """Takes letters, or says why not."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []
        self.why: Why | None = None

    def __call__(self, letter: Letter) -> None:
        if self.why:
            raise NotDelivered(self.why)
        self.letters.append(letter)


@pytest.fixture
def postbox() -> Postbox:
    return Postbox()


def ticks(cast: Cast, postbox: Postbox) -> int:
    """What the background loop does."""
    remind_of_appointments(cast.store, cast.now)
    send_digests(cast.store, cast.now)
    return mailing.deliver(cast.store, postbox, cast.now)


def test_nobody_is_reminded_who_did_not_choose_it(cast: Cast) -> None:
    assert cast.sam and remind_of_appointments(cast.store, cast.now) == 0
    wants(cast, cast.sam)
    assert remind_of_appointments(cast.store, cast.now) == 0


def test_a_reminder_goes_out_at_nine_on_each_chosen_day(cast: Cast, clock: Clock, postbox: Postbox) -> None:
    moves(cast, "2026-12-03")
    wants(cast, cast.sam, 1, 7)
    assert ticks(cast, postbox) == 1  # that it was moved
    sent = []
    until(clock, 2026, 11, 25, 0, 30)
    while clock.now < meeting(cast)[1]:
        if ticks(cast, postbox):
            sent.append(f"{clock.now.astimezone(LONDON):%a %d %H:%M}")
        clock.forward(minutes=30)
    assert sent == ["Thu 26 09:00", "Wed 02 09:00"]
    assert [letter.address for letter in postbox.letters] == [A, A, A]
    assert all(letter.digest is None for letter in postbox.letters)


def test_chosen_on_the_day_it_comes_at_once_and_chosen_later_not_at_all(
    cast: Cast, clock: Clock, postbox: Postbox
) -> None:
    wants(cast, cast.sam, 1, 2, 3)  # on Tuesday afternoon: two days before is today, three was yesterday
    assert ticks(cast, postbox) == 1
    assert rows(cast.store) == [("24 09:00", Outcome.SENT), ("25 09:00", None)]


def test_at_night_nothing_is_made_late_and_what_waits_waits(
    cast: Cast, clock: Clock, postbox: Postbox
) -> None:
    wants(cast, cast.sam, 1)
    remind_of_appointments(cast.store, cast.now)
    until(clock, 2026, 11, 25, 21)  # nobody worked all day
    wants(cast, cast.sam, 1)
    assert ticks(cast, postbox) == 0
    until(clock, 2026, 11, 26, 9)
    assert ticks(cast, postbox) == 1


@pytest.mark.parametrize("at_once", [1, 4])
def test_each_is_made_once_however_often_and_by_how_many(cast: Cast, at_once: int) -> None:
    wants(cast, cast.sam, 1, 2)
    with ThreadPoolExecutor(at_once) as workers:
        made = list(workers.map(lambda _: remind_of_appointments(cast.store, cast.now), range(4)))
    assert sum(made) == 2 and len(rows(cast.store)) == 2


def test_two_who_find_the_same_missing_make_it_once(cast: Cast) -> None:
    made, who, what = [], cast.sam.viewer.account_id, meeting(cast)[0]
    for _ in range(2):
        with cast.store.writing() as tx:
            once = outbox.notify_once(tx, who, Notice.APPOINTMENT_REMINDER, what, "mark", cast.now, cast.now)
            outbox.notify(tx, who, Notice.WORK_SET, what, cast.now)
            made.append(once)
            tx.commit()
    assert made == [True, False] and len(rows(cast.store)) == 1
    assert len(rows(cast.store, Notice.WORK_SET)) == 2  # the rest of the act goes on


def test_moved_it_is_withdrawn_and_made_anew_also_back_again(
    cast: Cast, clock: Clock, postbox: Postbox
) -> None:
    wants(cast, cast.sam, 1)
    remind_of_appointments(cast.store, cast.now)
    moves(cast, "2026-11-27")
    clock.forward(hours=1)
    remind_of_appointments(cast.store, cast.now)
    assert rows(cast.store) == [("25 09:00", Outcome.WITHDRAWN), ("26 09:00", None)]
    moves(cast, "2026-11-26", seen=2)
    remind_of_appointments(cast.store, cast.now)
    assert rows(cast.store) == [
        ("25 09:00", Outcome.WITHDRAWN),
        ("25 09:00", None),
        ("26 09:00", Outcome.WITHDRAWN),
    ]
    until(clock, 2026, 11, 25, 9)
    ticks(cast, postbox)
    until(clock, 2026, 11, 26, 9)
    ticks(cast, postbox)
    assert [outcome for _, outcome in rows(cast.store)].count(Outcome.SENT) == 1


def test_withdrawn_by_the_act_itself_it_can_be_made_anew(cast: Cast) -> None:
    wants(cast, cast.sam, 1)
    for _ in range(2):
        remind_of_appointments(cast.store, cast.now)
        with cast.store.writing() as tx:
            outbox.withdraw(tx, Notice.APPOINTMENT_REMINDER, meeting(cast)[0], cast.now)
            tx.commit()
    assert rows(cast.store) == [("25 09:00", Outcome.WITHDRAWN)] * 2


def test_sent_it_does_not_come_again_when_the_appointment_is_moved_there_and_back(
    cast: Cast, clock: Clock, postbox: Postbox
) -> None:
    wants(cast, cast.sam, 1)
    until(clock, 2026, 11, 25, 9)
    assert ticks(cast, postbox) == 1
    moves(cast, "2026-11-30")
    ticks(cast, postbox)
    moves(cast, "2026-11-26", seen=2)
    ticks(cast, postbox)
    assert [each for each in rows(cast.store) if each[1] == Outcome.SENT] == [("25 09:00", Outcome.SENT)]


def test_who_wants_it_no_more_is_not_reminded(cast: Cast, clock: Clock, postbox: Postbox) -> None:
    wants(cast, cast.sam, 1)
    remind_of_appointments(cast.store, cast.now)
    choosing_notices.choose(cast.store, cast.sam.viewer, Choice(), cast.now)
    until(clock, 2026, 11, 25, 9)
    assert ticks(cast, postbox) == 0 and rows(cast.store) == [("25 09:00", Outcome.WITHDRAWN)]


@pytest.mark.parametrize("state", [State.CLOSED, State.DIED])
def test_nobody_is_reminded_whose_path_has_ended(
    state: State, cast: Cast, clock: Clock, postbox: Postbox
) -> None:
    wants(cast, cast.sam, 1)
    remind_of_appointments(cast.store, cast.now)
    with cast.store.writing() as tx:
        tx.execute(update(Enrolment).where(Enrolment.id == cast.sam.enrolment_id).values(state=state))
        tx.commit()
    until(clock, 2026, 11, 25, 9)
    assert ticks(cast, postbox) == 0 and rows(cast.store) == [("25 09:00", Outcome.WITHDRAWN)]


def test_one_that_never_went_out_in_time_could_not_be_delivered(
    cast: Cast, clock: Clock, postbox: Postbox
) -> None:
    wants(cast, cast.sam, 1)
    remind_of_appointments(cast.store, cast.now)
    until(clock, 2026, 11, 25, 9)
    postbox.why = Why.AWAY
    ticks(cast, postbox)
    until(clock, 2026, 11, 26, 14)
    postbox.why = None
    assert ticks(cast, postbox) == 0 and rows(cast.store) == [("25 09:00", Outcome.FAILED)]


def test_a_reminder_and_a_notice_are_one_letter(cast: Cast, clock: Clock, postbox: Postbox) -> None:
    wants(cast, cast.sam, 1)
    until(clock, 2026, 11, 25, 9)
    cast.priya.sets(cast.sam, "warning-signs")
    assert ticks(cast, postbox) == 1


def hands_in(cast: Cast) -> UUID:
    work_id = cast.priya.sets(cast.sam, "hopes-and-fears")
    cast.sam.finishes(work_id)
    return cast.sam.submits(work_id)


def digests(postbox: Postbox) -> list[tuple[int, str]]:
    return [(each.digest.count, f"{each.digest.until}") for each in postbox.letters if each.digest]


def test_the_daily_letter_counts_what_is_to_be_read_before_the_next_working_day_ends(
    cast: Cast, clock: Clock, postbox: Postbox
) -> None:
    wants(cast, cast.priya, digest=True)
    wants(cast, cast.daniel, digest=True)  # has nothing to read
    submission = hands_in(cast)
    until(clock, 2026, 11, 25, 7, 29)
    ticks(cast, postbox)
    assert digests(postbox) == []
    for _ in range(2):
        until(clock, 2026, 11, 25, 7, 30)
        ticks(cast, postbox)
    assert digests(postbox) == [(1, "2026-11-26")]
    made = {outcome for _, outcome in rows(cast.store, Notice.DIGEST)}
    assert made == {Outcome.SENT, Outcome.WITHDRAWN} and len(rows(cast.store, Notice.DIGEST)) == 2
    cast.priya.reads(submission)
    until(clock, 2026, 11, 26, 7, 30)
    ticks(cast, postbox)
    assert len(digests(postbox)) == 1


def test_before_a_weekend_it_looks_as_far_as_monday(cast: Cast, clock: Clock, postbox: Postbox) -> None:
    wants(cast, cast.priya, digest=True)
    hands_in(cast)
    moves(cast, "2026-11-30")
    until(clock, 2026, 11, 26, 7, 30)
    ticks(cast, postbox)
    assert digests(postbox) == []  # nobody comes before Friday is over
    until(clock, 2026, 11, 27, 7, 30)
    ticks(cast, postbox)
    until(clock, 2026, 11, 28, 7, 30)
    ticks(cast, postbox)
    assert digests(postbox) == [(1, "2026-11-30")]


def test_a_daily_letter_that_was_not_taken_on_its_day_is_given_up(
    cast: Cast, clock: Clock, postbox: Postbox
) -> None:
    wants(cast, cast.priya, digest=True)
    hands_in(cast)
    until(clock, 2026, 11, 25, 7, 30)
    postbox.why = Why.AWAY
    ticks(cast, postbox)
    until(clock, 2026, 11, 26, 0, 30)
    postbox.why = None
    ticks(cast, postbox)
    assert digests(postbox) == [] and rows(cast.store, Notice.DIGEST) == [("25 07:30", Outcome.FAILED)]


def test_who_does_not_want_it_gets_none(cast: Cast, clock: Clock, postbox: Postbox) -> None:
    wants(cast, cast.priya)
    hands_in(cast)
    until(clock, 2026, 11, 25, 7, 30)
    ticks(cast, postbox)
    assert digests(postbox) == [] and rows(cast.store, Notice.DIGEST) == []


def test_looking_takes_no_more_statements_for_more_people(cast: Cast, clock: Clock) -> None:
    counts: list[int] = []
    assert cast.sam and cast.owen and cast.idris
    clock.forward(hours=1)
    for somebody in (cast.sam, cast.owen, cast.idris):
        wants(cast, somebody, 1, 2, 3, 7)
        remind_of_appointments(cast.store, cast.now)
        with counted(cast.store) as statements:
            remind_of_appointments(cast.store, cast.now + timedelta(minutes=1))
        counts.append(len(statements))
    assert len(set(counts)) == 1
