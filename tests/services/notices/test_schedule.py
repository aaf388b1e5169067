"""Test that people can choose reminders of appointments. Test that when an appointment is moved or cancelled,
its reminders are moved or cancelled too.
"""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from companion.domain.enrolments.pathway import PathwayState
from companion.domain.notices.reminders import Choice
from companion.domain.time.london import LONDON
from companion.services.notices import preferences
from companion.services.notices.schedule import remind_of_appointments
from companion.services.notices.send import Why
from companion.store import outbox
from companion.store.enrolments.enrolments import Enrolment
from companion.store.notices.bounces import deliveries
from companion.store.outbox import Notice, Outcome
from tests.by_hand import by_hand
from tests.cast import Cast
from tests.counting import counted
from tests.fixtures import Clock
from tests.services.reminded import Postbox, meeting, moves, rows, ticks, until, wants


@pytest.fixture
def postbox() -> Postbox:
    return Postbox()


def test_nobody_is_reminded_of_an_appointment_without_choosing_reminders(cast: Cast) -> None:
    assert cast.sam and remind_of_appointments(cast.store, cast.now) == 0
    wants(cast, cast.sam)
    assert remind_of_appointments(cast.store, cast.now) == 0


def test_a_reminder_is_sent_at_nine_on_each_chosen_day(cast: Cast, clock: Clock, postbox: Postbox) -> None:
    moves(cast, "2026-12-03")
    wants(cast, cast.sam, 1, 7)
    assert ticks(cast, postbox) == 1  # this is the notice that the appointment was moved
    sent = []
    until(clock, 2026, 11, 25, 0, 30)
    while clock.now < meeting(cast)[1]:
        if ticks(cast, postbox):
            sent.append(f"{clock.now.astimezone(LONDON):%a %d %H:%M}")
        clock.forward(minutes=30)
    assert sent == ["Thu 26 09:00", "Wed 02 09:00"]
    assert [letter.address for letter in postbox.letters] == ["sam@post.example"] * 3
    assert all(letter.digest is None for letter in postbox.letters)


def test_a_reminder_is_not_sent_if_it_was_overdue_when_turned_on(
    cast: Cast, clock: Clock, postbox: Postbox
) -> None:
    # today is two days before the appointment, and yesterday was three days before
    wants(cast, cast.sam, 1, 2, 3)
    assert ticks(cast, postbox) == 1
    assert rows(cast.store) == [("24 09:00", Outcome.SENT), ("25 09:00", None)]


def test_overdue_reminders_are_sent_in_the_morning(cast: Cast, clock: Clock, postbox: Postbox) -> None:
    wants(cast, cast.sam, 1)
    remind_of_appointments(cast.store, cast.now)
    until(clock, 2026, 11, 25, 21)  # suppose that the background worker was down all day
    wants(cast, cast.sam, 1)
    assert ticks(cast, postbox) == 0
    until(clock, 2026, 11, 26, 9)
    assert ticks(cast, postbox) == 1


@pytest.mark.parametrize("at_once", [1, 4])
def test_checking_for_reminders_repeatedly_creates_each_reminder_only_once(cast: Cast, at_once: int) -> None:
    wants(cast, cast.sam, 1, 2)
    with ThreadPoolExecutor(at_once) as workers:
        made = list(workers.map(lambda _: remind_of_appointments(cast.store, cast.now), range(4)))
    assert sum(made) == 2 and len(rows(cast.store)) == 2


def test_two_workers_write_the_same_reminder_only_once(cast: Cast) -> None:
    made, who, what = [], cast.sam.viewer.account_id, meeting(cast)[0]
    for _ in range(2):
        with cast.store.writing(cast.now) as tx:
            once = outbox.notify_once(tx, who, Notice.APPOINTMENT_REMINDER, what, "mark", cast.now)
            outbox.notify(tx, who, Notice.WORK_SET, what)
            made.append(once)
            tx.commit()
    assert made == [True, False] and len(rows(cast.store)) == 1
    assert (
        len(rows(cast.store, Notice.WORK_SET)) == 2
    )  # the second transaction saves everything except the duplicate reminder


def test_an_appointment_gets_a_new_reminder_each_time_it_is_moved(
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


def test_a_reminder_that_was_withdrawn_can_be_created_again(cast: Cast) -> None:
    wants(cast, cast.sam, 1)
    for _ in range(2):
        remind_of_appointments(cast.store, cast.now)
        with cast.store.writing(cast.now) as tx:
            outbox.withdraw(tx, Notice.APPOINTMENT_REMINDER, meeting(cast)[0])
            tx.commit()
    assert rows(cast.store) == [("25 09:00", Outcome.WITHDRAWN)] * 2


def test_a_reminder_is_not_sent_again_if_the_appointment_returns_to_its_old_time(
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


def test_turning_reminders_off_withdraws_reminders_that_have_not_been_sent(
    cast: Cast, clock: Clock, postbox: Postbox
) -> None:
    wants(cast, cast.sam, 1)
    remind_of_appointments(cast.store, cast.now)
    preferences.choose(cast.sam.actor, Choice())
    until(clock, 2026, 11, 25, 9)
    cast.priya.sets(cast.sam, "warning-signs")
    assert ticks(cast, postbox) == 0 and rows(cast.store) == [("25 09:00", Outcome.WITHDRAWN)]
    with cast.store.reading() as tx:  # withdrawn and unwanted reminders don't count as failures
        sam = cast.sam.viewer.account_id
        assert deliveries(tx, cast.priya.viewer, [sam], cast.now)[sam].failed == []


@pytest.mark.parametrize("state", [PathwayState.CLOSED, PathwayState.DIED])
def test_a_participant_whose_pathway_has_ended_gets_no_reminder(
    state: PathwayState, cast: Cast, clock: Clock, postbox: Postbox
) -> None:
    wants(cast, cast.sam, 1)
    remind_of_appointments(cast.store, cast.now)
    with by_hand(cast.store) as tx:
        tx.get_one(Enrolment, cast.sam.enrolment_id).state = state
        tx.commit()
    until(clock, 2026, 11, 25, 9)
    assert ticks(cast, postbox) == 0 and rows(cast.store) == [("25 09:00", Outcome.WITHDRAWN)]


def test_a_reminder_not_sent_in_time_is_marked_as_failed(cast: Cast, clock: Clock, postbox: Postbox) -> None:
    wants(cast, cast.sam, 1)
    remind_of_appointments(cast.store, cast.now)
    until(clock, 2026, 11, 25, 9)
    postbox.why = Why.AWAY
    ticks(cast, postbox)
    until(clock, 2026, 11, 26, 14)
    postbox.why = None
    assert ticks(cast, postbox) == 0 and rows(cast.store) == [("25 09:00", Outcome.FAILED)]


def test_a_reminder_and_a_notice_due_together_are_sent_as_one_email(
    cast: Cast, clock: Clock, postbox: Postbox
) -> None:
    wants(cast, cast.sam, 1)
    until(clock, 2026, 11, 25, 9)
    cast.priya.sets(cast.sam, "warning-signs")
    assert ticks(cast, postbox) == 1


def test_reminding_more_people_needs_no_more_sql_statements(cast: Cast, clock: Clock) -> None:
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
