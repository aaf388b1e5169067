"""Test what happens when an email can't be sent, or when the process that sends it fails."""

import dataclasses
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import func, select

from companion.cli.background import mail
from companion.config import Settings
from companion.services.notices import send
from companion.services.notices.send import Letter
from companion.store.base import Store
from companion.store.outbox import CLAIMED_FOR, GAPS, Notice, Outcome, Outgoing
from companion.web.log_lines import Lines
from tests.cast import Cast
from tests.cli.posting import Delivers, outcomes, wants_notices, worker
from tests.fixtures import Clock
from tests.mail import Mailroom, mute_server
from tests.people import Somebody

UNSURE = "The notice from Tuesday 24 November may not have arrived."


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail, "PATIENCE", 0.3)


def is_told(cast: Cast, *people: Somebody) -> None:
    """Switch on email for these people, and give each of them something to be notified about."""
    for somebody in people:
        wants_notices(cast, somebody, f"{somebody.sign_in_name}@post.example")
        cast.priya.sets(somebody, "warning-signs")


def unsure(store: Store) -> list[int]:
    with store.reading() as tx:
        return list(tx.scalars(select(Outgoing.unsure)))


@pytest.mark.parametrize(
    ("mood", "known"),
    [
        ("is busy", True),
        ("is closing", True),
        ("refuses the sender", True),
        ("puts the sender off", True),
        ("puts the letter off", True),
        ("drops the line", False),
        ("takes it and drops the line", False),
        ("hangs", False),
    ],
)
def test_a_deferred_email_is_retried_at_growing_intervals(
    mood: str, known: bool, cast: Cast, delivers: Delivers, room: Mailroom, clock: Clock
) -> None:
    is_told(cast, cast.sam)
    room.mood = mood
    assert delivers() == 0
    assert (outcomes(cast.store, cast.sam), unsure(cast.store)) == ([None], [0 if known else 1])
    room.mood = "takes"
    clock.forward(seconds=GAPS[0].total_seconds() - 1)
    assert delivers() == 0
    clock.forward(seconds=1)
    assert delivers() == 1 and room.addressed_to[-1:] == ["sam@post.example"]
    assert len({letter["Message-ID"] for letter in room.letters}) == 1
    assert sorted(GAPS) == list(GAPS)


def test_delivery_stops_waiting_for_a_silent_mail_server(
    cast: Cast, app: Flask, settings: Settings, clock: Clock
) -> None:
    is_told(cast, cast.sam)
    with app.app_context(), mute_server() as url:
        there = dataclasses.replace(settings, smtp_url=url)
        assert mail.deliver_now(cast.store, there, clock.now) == 0
    assert (outcomes(cast.store, cast.sam), unsure(cast.store)) == ([None], [0])


@pytest.mark.parametrize("mood", ["knows nobody", "refuses the letter"])
def test_permanently_refused_email_is_not_retried(
    mood: str, cast: Cast, delivers: Delivers, room: Mailroom, caplog: pytest.LogCaptureFixture
) -> None:
    is_told(cast, cast.sam)
    room.mood = mood
    assert delivers() == 0 and outcomes(cast.store, cast.sam) == [Outcome.FAILED]
    said = "".join(map(Lines().format, caplog.records))
    assert '"code":"' in said and ".55" in said and "sam@post" not in said and "mailbox" not in said


def test_greylisting_delays_each_email_once(
    cast: Cast, delivers: Delivers, room: Mailroom, clock: Clock
) -> None:
    is_told(cast, cast.sam, cast.owen)
    room.mood = "greylists"
    assert delivers() == 0 and len(room.tried) == 2
    clock.forward(seconds=GAPS[0].total_seconds())
    assert delivers() == 2


def test_an_email_counts_as_sent_even_if_the_mail_server_does_not_answer_the_quit_command(
    cast: Cast, delivers: Delivers, room: Mailroom, clock: Clock
) -> None:
    is_told(cast, cast.sam)
    room.mood = "never says goodbye"
    assert delivers() == 1 and outcomes(cast.store, cast.sam) == [Outcome.SENT]
    clock.forward(hours=1)
    assert delivers() == 0 and len(room.letters) == 1


def test_an_email_that_may_have_been_delivered_twice_is_not_sent_again(
    cast: Cast, delivers: Delivers, room: Mailroom, clock: Clock, enter: SimpleNamespace
) -> None:
    is_told(cast, cast.sam)
    room.mood = "takes it and drops the line"
    for _ in range(4):
        assert delivers() == 0
        clock.forward(hours=1)
    assert len(room.letters) == 2 and len({letter["Message-ID"] for letter in room.letters}) == 1
    assert outcomes(cast.store, cast.sam) == [Outcome.FAILED]
    assert UNSURE in enter.priya.get(f"/participants/{cast.sam.enrolment_id}")
    assert UNSURE in enter.sam.get("/account")


def test_later_notices_get_their_own_email_if_the_first_email_may_have_arrived(
    cast: Cast, delivers: Delivers, room: Mailroom, clock: Clock
) -> None:
    is_told(cast, cast.sam)
    room.mood = "takes it and drops the line"
    assert delivers() == 0
    room.mood = "takes"
    clock.forward(minutes=1)
    cast.priya.sets(cast.sam, "a-week-of-choices")
    assert delivers() == 2 and len({letter["Message-ID"] for letter in room.letters}) == 2


def test_a_worker_killed_after_sending_an_email_repeats_only_that_email(
    cast: Cast, settings: Settings, mail_server: tuple[Mailroom, str], delivers: Delivers, clock: Clock
) -> None:
    room, url = mail_server
    is_told(cast, cast.sam)
    room.mood = "hangs"
    process = worker("background", settings, url, clock)
    room.took_one.wait(30)
    process.kill()
    process.communicate()
    assert len(room.letters) == 1 and outcomes(cast.store, cast.sam) == [None]
    room.mood = "takes"
    assert delivers() == 0
    clock.forward(minutes=1, seconds=CLAIMED_FOR.total_seconds())
    assert (delivers(), delivers()) == (1, 0)
    assert len({letter["Message-ID"] for letter in room.letters}) == 1 and len(room.letters) == 2


def test_an_email_is_not_retried_after_two_workers_have_died_while_sending_it(
    cast: Cast, delivers: Delivers, room: Mailroom, clock: Clock, enter: SimpleNamespace
) -> None:
    class Killed(BaseException):
        pass

    def dies(_letter: Letter) -> None:
        raise Killed

    is_told(cast, cast.sam)
    for _ in range(2):
        with pytest.raises(Killed):
            send.deliver(cast.store, dies, clock.now)
        clock.forward(seconds=CLAIMED_FOR.total_seconds())
    assert delivers() == 0 and room.letters == []
    assert UNSURE in enter.priya.get(f"/participants/{cast.sam.enrolment_id}")


def test_concurrent_workers_send_each_email_only_once(cast: Cast, delivers: Delivers, room: Mailroom) -> None:
    is_told(cast, cast.sam, cast.owen)
    cast.priya.sets(cast.sam, "a-week-of-choices")
    with ThreadPoolExecutor(4) as workers:
        sent = sum(workers.map(lambda _: delivers(), range(4)))
    assert sent == 2 and sorted(room.addressed_to) == ["owen@post.example", "sam@post.example"]


def test_two_worker_processes_send_each_email_only_once(
    cast: Cast, settings: Settings, mail_server: tuple[Mailroom, str], clock: Clock
) -> None:
    """The test mail server holds every email back until both workers have started sending."""
    room, url = mail_server
    is_told(cast, cast.owen)
    wants_notices(cast, cast.sam, "sam@post.example", 2)
    wants_notices(cast, cast.margaret, "margaret@post.example")
    cast.priya.raises(cast.sam, "He sounded very low.")
    room.mood = "waits for a second worker"
    both = [worker("reminders", settings, url, clock) for _ in range(2)]
    said = [each.communicate(timeout=60)[0] for each in both]
    assert room.two_at_once.is_set(), said
    assert len(room.addressed_to) == len(set(room.addressed_to)) >= 3
    with cast.store.reading() as tx:
        reminders = select(func.count()).where(Outgoing.notice == Notice.APPOINTMENT_REMINDER)
        assert tx.scalar(reminders) == 1
        assert set(tx.scalars(select(Outgoing.outcome).where(Outgoing.outcome != Outcome.NOT_WANTED))) == {
            Outcome.SENT
        }
