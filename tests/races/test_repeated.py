"""Test that Companion repeats a request after a deadlock, without losing the form."""

import functools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from flask import Flask, flash, session
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from companion import create_app
from companion.config import Settings
from companion.services.act import repeated
from companion.store.base import Model, Store
from companion.store.concerns.concerns import ConcernRow
from companion.store.work.rows import SubmissionRow
from tests.races.stages import Stage
from tests.visitor import Visitor

WAITS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


@pytest.fixture
def app(racing: Settings, stage: Stage) -> Iterator[Flask]:
    stage.put_back("here")
    made = create_app(racing)
    made.testing = True
    made.config["PROPAGATE_EXCEPTIONS"] = False
    yield made
    made.extensions["store"].close()


@contextmanager
def somebody_out_of_order(settings: Settings, later: str, earlier: str) -> Iterator[list[str]]:
    """Lock a row by running the SQL statement in ``later``.

    Wait until another transaction is waiting for our lock on this row. Then lock a second row by running the
    SQL statement in ``earlier``.
    """
    engine, said = create_engine(settings.database_url, poolclass=NullPool), list[str]()
    holds, over = threading.Event(), threading.Event()

    def run() -> None:
        with engine.connect() as connection, engine.connect() as watching:
            connection.execute(
                text("SET deadlock_timeout = '1min'")
            )  # with a long timeout here, PostgreSQL ends the other transaction instead of this one
            connection.execute(text(later))
            holds.set()
            while not watching.scalar(WAITS):
                watching.rollback()
                if over.is_set():  # the request didn't wait for the lock, and its response will say why
                    return
            connection.execute(text(earlier))
            said.append("went on")
            connection.rollback()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert holds.wait(30)
    try:
        yield said
    finally:
        over.set()
    thread.join(30)
    assert not thread.is_alive()


def lock(table: str, row_id: object) -> str:
    return f"SELECT id FROM {table} WHERE id = '{row_id}' FOR UPDATE"


def count(store: Store, table: type[Model], *those: Any) -> int:
    with store.reading() as tx:
        return tx.scalar(select(func.count()).select_from(table).where(*those)) or 0


def test_a_concern_is_never_lost_to_a_deadlock(app: Flask, stage: Stage, racing: Settings) -> None:
    sam, browser = stage.cast.sam, Visitor(app)
    browser.comes_in(stage.cast, sam)
    # the concern may be assigned to either lead
    leads = "SELECT id FROM accounts WHERE role = 'lead' FOR UPDATE"
    with somebody_out_of_order(racing, leads, lock("enrolments", sam.enrolment_id)) as said:
        page = browser.post("/my/tell", {"words": "I am worried about somebody."})
    assert (page.status, said) == (200, ["went on"]), page.text
    assert count(stage.cast.store, ConcernRow) == 1


def test_feedback_is_sent_only_once_after_a_deadlock(app: Flask, stage: Stage, racing: Settings) -> None:
    sam, submission, browser = stage.cast.sam, stage.things["submission"], Visitor(app)
    browser.comes_in(stage.cast, stage.cast.priya)
    page = f"/submissions/{submission}"
    browser.get(page)
    form = {"comment-": "Thank you.", "seen": str(stage.things["revision"])}
    with somebody_out_of_order(
        racing, lock("submissions", submission), lock("enrolments", sam.enrolment_id)
    ) as said:
        after = browser.post(f"{page}/release", form, of=page)
    assert (after.status, said) == (200, ["went on"]), after.text
    assert count(stage.cast.store, SubmissionRow, SubmissionRow.outcome == "released") == 1


def undone(kind: type[psycopg.Error] = psycopg.errors.DeadlockDetected) -> OperationalError:
    return OperationalError("SELECT 1", {}, kind())


@pytest.mark.parametrize("kind", [psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure])
def test_a_deadlocked_request_is_repeated_only_once(kind: type[psycopg.Error]) -> None:
    tries: list[int] = []

    def fails(times: int) -> int:
        tries.append(times)
        if len(tries) <= times:
            raise undone(kind)
        return len(tries)

    assert repeated(lambda: fails(1)) == 2
    tries.clear()
    with pytest.raises(OperationalError):
        repeated(lambda: fails(2))
    assert len(tries) == 2


def test_only_deadlocks_are_retried() -> None:
    tries: list[int] = []

    def fails() -> None:
        tries.append(1)
        raise undone(psycopg.errors.LockNotAvailable)

    with pytest.raises(OperationalError):
        repeated(fails)
    assert len(tries) == 1


def test_a_repeated_request_does_not_add_its_flash_message_to_the_cookie_twice(
    app: Flask, stage: Stage
) -> None:
    browser, seen = Visitor(app), list[list[object]]()
    browser.comes_in(stage.cast, stage.cast.sam)

    def view() -> str:
        flash("It is done.")
        seen.append(list(session["_flashes"]))
        if len(seen) == 1:
            raise undone()
        return "done"

    was = app.view_functions["participant.tell"]
    app.view_functions["participant.tell"] = functools.wraps(was)(view)
    browser.client.post("/my/tell", data={"csrf_token": browser.token("/my/messages")})
    assert [len(each) for each in seen] == [1, 1]
