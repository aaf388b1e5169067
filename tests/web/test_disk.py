"""Test what happens to forms when the disk is full or read-only. The page must say that nothing was saved,
and show the typed text.
"""

from collections.abc import Callable
from contextlib import ExitStack
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import Connection, Engine, event, text

from companion.store import base
from companion.store.base import Store
from tests.stored import stored
from tests.visitor import Page
from tests.web.every_form.places import no_limits, places
from tests.web.every_form.wrong import Fields
from tests.web.filled_forms import EVERY_FORM, Filled

__all__ = ["no_limits", "places"]  # imported because they are fixtures
SAYS = "Everything you've saved is safe. Please try again in a few minutes."


def read_only(connection: Connection) -> None:
    """Make the database read-only.

    File permissions don't stop root from writing.
    """
    embedded = connection.dialect.name == "sqlite"
    connection.exec_driver_sql("PRAGMA query_only = ON" if embedded else "SET TRANSACTION READ ONLY")


def full(connection: Connection) -> None:
    """Prevent the database from growing, as on a full disk."""
    connection.exec_driver_sql("PRAGMA max_page_count = 1")


@pytest.fixture
def harms(app: Flask) -> Callable[[Callable[[Connection], None]], None]:
    """Return a function that makes all later transactions fail in the given way."""

    def begins(harm: Callable[[Connection], None]) -> None:
        engine: Engine = app.extensions["store"]._engine
        event.listen(engine, "begin", harm)

    return begins


@pytest.mark.usefixtures("no_limits")
def test_every_form_says_that_it_cannot_save_on_a_read_only_disk(
    app: Flask,
    enter: SimpleNamespace,
    places: Fields,
    store: Store,
    harms: Callable[[Callable[[Connection], None]], None],
    request: pytest.FixtureRequest,
) -> None:
    """By default, only a quarter of the forms are tried. With ``--full``, the test sends every form."""
    names = list(EVERY_FORM)[:: 1 if request.config.getoption("full") else 4]
    forms = [Filled(name, app, enter, places) for name in names]
    before, refused, amiss = stored(store), 0, []
    harms(read_only)
    for form in forms:
        reply = form.sends(form.encoded(list(form.right.items())))
        shown = Page(reply.status_code, form.action, reply.text, {})
        if reply.status_code != 503:
            continue  # this form stores nothing, and the test checks below that the database is unchanged
        refused += 1
        lost = [text for text in form.words(app) if text not in shown]
        if SAYS not in shown or lost:
            amiss.append(f"{form.name}: lost {lost}")
    assert amiss == []
    assert stored(store) == before
    assert refused > len(forms) / 2


@pytest.mark.embedded
def test_a_full_disk_loses_no_typed_answer(
    app: Flask,
    enter: SimpleNamespace,
    places: Fields,
    store: Store,
    harms: Callable[[Callable[[Connection], None]], None],
) -> None:
    words = "I walked to the bridge and back. " * 2000
    page = places["work"]
    token, before = enter.sam.token(page), stored(store)
    harms(full)
    for then in ("typing", ""):
        form = {"csrf_token": token, "prompt": "the-week", "answer": words, "seen": "0", "then": then}
        reply = enter.sam.client.post(f"{page}/draft", data=form)
        assert reply.status_code == 503 and words.strip() in Page(503, page, reply.text, {})
    assert enter.sam.get("/help").status == 200
    assert stored(store) == before


def test_a_form_that_waits_too_long_for_the_database_is_reported_as_not_saved(
    app: Flask, enter: SimpleNamespace, store: Store, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = enter.sam.token("/my/messages")
    monkeypatch.setattr(base, "BUSY_SECONDS", 1)
    app.extensions["store"].close()  # the limit on waiting applies only to new connections
    with store.writing() as tx:
        if server:
            tx.execute(text("LOCK TABLE messages IN ACCESS EXCLUSIVE MODE"))
        reply = enter.sam.client.post("/my/messages", data={"csrf_token": token, "words": "May I bring it?"})
    assert reply.status_code == 503
    shown = Page(503, "", reply.text, {})
    assert SAYS in shown and "May I bring it?" in shown
    assert enter.sam.get("/my/messages").status == 200


def test_an_exhausted_connection_pool_is_reported(app: Flask, enter: SimpleNamespace) -> None:
    token, engine = enter.sam.token("/my/messages"), app.extensions["store"]._engine
    engine.pool._timeout = 0  # with a stopped clock, a longer timeout would never end
    with ExitStack() as taken:
        for _ in range(15):
            taken.enter_context(engine.connect())
        reply = enter.sam.client.post("/my/messages", data={"csrf_token": token, "words": "May I bring it?"})
    assert reply.status_code == 503
    shown = Page(503, "", reply.text, {})
    assert SAYS in shown and "May I bring it?" in shown


@pytest.mark.embedded
def test_if_the_database_lock_file_cannot_be_opened_the_page_says_that_nothing_was_saved(
    app: Flask, enter: SimpleNamespace, places: Fields, store: Store
) -> None:
    """On a read-only disk, the lock file for writers can't be opened."""
    token, before = enter.sam.token("/my/messages"), stored(store)
    queue = app.extensions["settings"].home / "data/companion.db.lock"
    queue.unlink()
    queue.mkdir()
    reply = enter.sam.client.post("/my/messages", data={"csrf_token": token, "words": "May I bring it?"})
    assert reply.status_code == 503
    shown = Page(503, "", reply.text, {})
    assert SAYS in shown and "May I bring it?" in shown
    assert stored(store) == before
