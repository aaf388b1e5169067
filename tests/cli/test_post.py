"""Notices by e-mail, through a real server: neutral, once, tried again, and every failure is said."""

import dataclasses
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from companion.cli import post
from companion.config import Settings
from companion.services import mailing
from companion.store.base import Store
from companion.store.outbox import CLAIMED_FOR, GAPS, Outcome, Outgoing
from tests.cast import Cast, Somebody
from tests.conftest import Clock
from tests.mail import Mailroom, smtp_server

Delivers = Callable[[], int]
ROOT = Path(__file__).parents[2]
SENDER = "Companion <notes@companion.example>"


@pytest.fixture
def mail_server() -> Iterator[tuple[Mailroom, str]]:
    with smtp_server() as found:
        yield found


@pytest.fixture
def room(mail_server: tuple[Mailroom, str]) -> Mailroom:
    return mail_server[0]


@pytest.fixture
def delivers(
    app: Flask, store: Store, settings: Settings, mail_server: tuple[Mailroom, str], clock: Clock
) -> Delivers:
    """What the background loop does."""
    there = dataclasses.replace(settings, smtp_url=mail_server[1], mail_from=SENDER)

    def deliver() -> int:
        with app.app_context():
            return post.deliver_now(store, there, clock.now)

    return deliver


def wants_notices(cast: Cast, somebody: Somebody, address: str) -> None:
    mailing.choose(cast.store, somebody.viewer, address, cast.now)


def outcomes(store: Store, somebody: Somebody) -> list[str | None]:
    with store.reading() as tx:
        mine = select(Outgoing.outcome).where(Outgoing.account_id == somebody.viewer.account_id)
        return list(tx.scalars(mine))


def test_one_neutral_letter_however_many_notices(cast: Cast, delivers: Delivers, room: Mailroom) -> None:
    wants_notices(cast, cast.sam, "sam@post.example")
    for activity in ("a-week-of-choices", "warning-signs"):
        cast.priya.sets(cast.sam, activity)
    assert (delivers(), delivers()) == (1, 0)
    (letter,) = room.letters
    assert (letter["To"], letter["Subject"]) == ("sam@post.example", "You have something new in Companion")
    assert letter["From"] == SENDER
    assert not [word for word in ("week", "warning", "Sam", "Priya", "http") if word in letter.get_payload()]
    assert outcomes(cast.store, cast.sam) == [Outcome.SENT, Outcome.SENT]


def test_who_wants_none_gets_none(cast: Cast, delivers: Delivers, room: Mailroom) -> None:
    cast.priya.sets(cast.sam, "warning-signs")
    assert delivers() == 0 and room.letters == []
    assert outcomes(cast.store, cast.sam) == [Outcome.NOT_WANTED]


def test_two_workers_send_it_once(cast: Cast, delivers: Delivers, room: Mailroom) -> None:
    wants_notices(cast, cast.sam, "sam@post.example")
    wants_notices(cast, cast.owen, "owen@post.example")
    for somebody in (cast.sam, cast.owen):
        cast.priya.sets(somebody, "warning-signs")
    with ThreadPoolExecutor(4) as workers:
        sent = sum(workers.map(lambda _: delivers(), range(4)))
    assert sent == 2 and sorted(room.addressed_to) == ["owen@post.example", "sam@post.example"]


def test_a_server_that_is_away_holds_up_one_letter_only(
    cast: Cast, delivers: Delivers, room: Mailroom, clock: Clock
) -> None:
    for somebody in (cast.sam, cast.owen):
        wants_notices(cast, somebody, "somebody@post.example")
        cast.priya.sets(somebody, "warning-signs")
        clock.forward(seconds=1)
    room.mood = "is busy"
    assert delivers() == 0
    room.mood = "takes"
    assert delivers() == 1


@pytest.mark.parametrize("mood", ["is busy", "drops the line", "hangs"])
def test_what_is_not_taken_is_tried_again_with_growing_gaps(
    mood: str, cast: Cast, delivers: Delivers, room: Mailroom, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(post, "PATIENCE", 0.3)
    wants_notices(cast, cast.sam, "sam@post.example")
    cast.priya.sets(cast.sam, "warning-signs")
    room.mood = mood
    assert delivers() == 0
    room.mood = "takes"
    clock.forward(seconds=GAPS[0].total_seconds() - 1)
    assert delivers() == 0
    clock.forward(seconds=1)
    assert delivers() == 1 and room.addressed_to[-1:] == ["sam@post.example"]
    assert sorted(GAPS) == list(GAPS)


def test_after_the_last_try_the_practitioner_is_told(
    cast: Cast, delivers: Delivers, room: Mailroom, clock: Clock, enter: SimpleNamespace
) -> None:
    wants_notices(cast, cast.sam, "sam@post.example")
    cast.priya.sets(cast.sam, "warning-signs")
    room.mood = "is busy"
    for gap in (*GAPS, timedelta()):
        assert outcomes(cast.store, cast.sam) == [None] and delivers() == 0
        clock.forward(seconds=gap.total_seconds())
    assert outcomes(cast.store, cast.sam) == [Outcome.FAILED] and room.letters == []
    words = "The notice of Tuesday 24 November could not be delivered."
    assert words in enter.priya.get(f"/participants/{cast.sam.enrolment_id}")
    assert words in enter.sam.get("/account")
    assert words not in enter.priya.get(f"/participants/{cast.owen.enrolment_id}")


def test_an_address_that_is_refused_is_not_tried_again(
    cast: Cast, delivers: Delivers, room: Mailroom, caplog: pytest.LogCaptureFixture
) -> None:
    wants_notices(cast, cast.sam, "sam@post.example")
    cast.priya.sets(cast.sam, "warning-signs")
    room.mood = "knows nobody"
    assert delivers() == 0 and outcomes(cast.store, cast.sam) == [Outcome.FAILED]
    assert "550" in caplog.text and "sam@post" not in caplog.text


def test_a_worker_killed_between_sending_and_noting_it_repeats_once_and_loses_nothing(
    cast: Cast, settings: Settings, mail_server: tuple[Mailroom, str], delivers: Delivers, clock: Clock
) -> None:
    room, url = mail_server
    wants_notices(cast, cast.sam, "sam@post.example")
    cast.priya.sets(cast.sam, "warning-signs")
    room.mood = "hangs"
    worker = background(settings, url, clock)
    room.took_one.wait(30)
    worker.kill()
    worker.wait()
    assert len(room.letters) == 1 and outcomes(cast.store, cast.sam) == [None]
    room.mood = "takes"
    assert delivers() == 0
    clock.forward(minutes=1, seconds=CLAIMED_FOR.total_seconds())
    assert (delivers(), delivers()) == (1, 0)
    assert len({letter["Message-ID"] for letter in room.letters}) == 1 and len(room.letters) == 2


def background(settings: Settings, smtp_url: str, clock: Clock) -> subprocess.Popen[bytes]:
    """The background loop in a process of its own, with the clock of the test."""
    moved = clock.now - time_machine.escape_hatch.datetime.datetime.now(UTC)
    environment = {
        "PATH": os.defpath,
        "COMPANION_MODE": "test",
        "COMPANION_HOME": str(settings.home),
        "COMPANION_DATABASE_URL": settings.database_url,
        "COMPANION_KEYS_URL": settings.keys_url,
        "COMPANION_SMTP_URL": smtp_url,
        "COMPANION_MAIL_FROM": SENDER,
        "COMPANION_CLOCK_OFFSET": str(round(moved.total_seconds())),
    }
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "background"]
    return subprocess.Popen(command, cwd=ROOT, env=environment)


def test_without_a_server_nothing_is_sent_and_nothing_lost(
    app: Flask, cast: Cast, settings: Settings, clock: Clock
) -> None:
    wants_notices(cast, cast.sam, "sam@post.example")
    cast.priya.sets(cast.sam, "warning-signs")
    with app.app_context():
        assert post.deliver_now(cast.store, settings, clock.now) == 0
    assert outcomes(cast.store, cast.sam) == [None]
