"""Test that the log contains only allowed fields, and never anything that somebody typed."""

import logging
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from companion.config import Settings
from companion.store.base import DatabaseUnavailable, Store
from companion.store.operations.counters import gathered
from companion.web.gate import access
from companion.web.log_lines import GIVEN, Lines, at_hand
from companion.web.page.errors import log as errors_log
from tests.cast import Cast
from tests.fixtures import Clock
from tests.lines import Said, listening
from tests.ports import free_port
from tests.security.for_whom import WHOM, address, rules
from tests.security.renamed import renamed
from tests.security.stolen import MARK
from tests.security.test_locked_drafts import FIELDS, PAGES, fields_of
from tests.security.things import browsers, own
from tests.visitor import Visitor

__all__ = ["browsers", "own"]  # the tests below use these fixtures

ROOT = Path(__file__).parents[2]
CANARY = f"{MARK} 7c1f0e"
NUMBER = re.compile(r"give them this number:\s*<span class=\"ref\">([0-9-]{14})<")
UNCOUNTED = {
    *("static", "public.help", "public.help_json", "public.leave", "public.healthz", "public.readyz"),
    *("participant.pause", "participant.plan_pause", "participant.plan_today"),
    *("participant.tell", "participant.about_practitioner", "public.accessibility"),
}
"""Endpoints that are never logged or counted."""


@pytest.fixture
def said() -> Iterator[Said]:
    with listening() as heard:
        yield heard


def hidden(said: Said) -> bool:
    """Return whether the log lines contain only allowed fields, and no typed words."""
    return MARK not in said.text.lower() and said.of_no_allowed_shape() == []


def test_nothing_that_is_sent_to_any_url_appears_in_the_log(
    app: Flask, browsers: dict[str, Visitor], own: dict[str, Any], said: Said
) -> None:
    mark = CANARY.replace(" ", "-")
    for role, browser in browsers.items():
        form = {
            "csrf_token": browser.token("/account"),
            **dict.fromkeys(("words", "answer", "name", mark), CANARY),
        }
        headers = {
            **dict.fromkeys(
                ("User-Agent", "Referer", "X-Request-Id", "Traceparent", "X-Forwarded-For"), CANARY
            ),
            "Accept-Language": CANARY,
            f"X-{mark}": CANARY,
        }
        for method in ("GET", "POST"):
            for rule in rules(app, method):
                if rule.endpoint in ("account.sign_out", "public.leave") and method == "POST":
                    continue
                where = f"{address(app, rule, own, role)}?{mark}={mark}"
                browser.client.open(
                    where, method=method, headers=headers, data=form if method == "POST" else None
                )
        for where in (
            f"/{mark}",
            f"/my/work/{mark}",
            f"/participants/{mark}",
            f"/static/{mark}",
            f"/{mark}/help",
        ):
            browser.client.get(where, headers=headers)
            browser.client.open(where, method=mark.upper(), headers=headers)
        browser.client.post("/sign-in", data={**form, "sign_in_name": CANARY, "passphrase": CANARY})
    assert hidden(said)
    answered = [line for line in said.lines if line["event"] == "answered"]
    assert len(answered) > 800 and len({line["request"] for line in answered}) == len(answered)
    assert {line["method"] for line in answered} == {"GET", "POST", "other"}
    assert {line["endpoint"] for line in answered} == set(WHOM) - UNCOUNTED - {"account.sign_out"} | {"none"}


def broken(error: Exception) -> Callable[[], str]:
    def view() -> str:
        here = CANARY  # noqa: F841 (a value that a trace could show)
        raise error

    return access.public(view)


FAULTS: dict[str, tuple[Exception, dict[str, Any]]] = {
    "a value": (ValueError(f"could not read {CANARY!r}"), {"fault": "ValueError"}),
    "a key": (KeyError(CANARY), {"fault": "KeyError"}),
    "a row": (
        IntegrityError(f"INSERT … '{CANARY}'", {"words": CANARY}, psycopg.errors.UniqueViolation(CANARY)),
        {"fault": "sqlalchemy.exc.IntegrityError", "code": None},
    ),
    "a file": (OSError(28, CANARY, CANARY), {"fault": "OSError", "code": "ENOSPC"}),
    "a kind": (type(CANARY, (Exception,), {})(CANARY), {"fault": None}),
}


@pytest.mark.parametrize("what", FAULTS)
def test_an_error_is_logged_without_its_message(what: str, app: Flask, visitor: Visitor, said: Said) -> None:
    error, expected = FAULTS[what]
    app.add_url_rule("/breaks", "breaks", broken(error))
    page = visitor.get("/breaks")
    assert page.status == 500 and hidden(said)
    fault, line = said.lines
    assert (line["status"], line["level"], line["endpoint"]) == (500, "error", "breaks")
    assert {name: fault.get(name) for name in expected} == expected
    assert any(re.fullmatch(r"tests/security/test_logs.py:[0-9]+ view", place) for place in fault["trace"])
    found = NUMBER.search(page.text)
    assert found and found[1] == fault["request"] == line["request"]


def test_a_database_error_is_logged_as_a_code(tmp_path: Path, said: Said) -> None:
    with sqlite3.connect(tmp_path / "x.db") as connection:
        connection.execute("CREATE TABLE words (word TEXT UNIQUE)")
        connection.execute("INSERT INTO words VALUES (?)", (CANARY,))
        try:
            connection.execute("INSERT INTO words VALUES (?)", (CANARY,))
        except sqlite3.Error:
            errors_log.exception("an unforeseen error")
    assert hidden(said) and said.lines[0]["code"] == "SQLITE_CONSTRAINT_UNIQUE"


def test_typed_words_stay_out_of_the_log_while_a_database_fails(
    store: Store, enter: SimpleNamespace, cast: Cast, said: Said
) -> None:
    work = f"/my/work/{cast.priya.sets(cast.owen, 'a-week-of-choices')}"
    page = enter.owen.get(work)
    form = {name: page.field(name) for name in ("csrf_token", "prompt", "seen", "draft_seen", "tab")}
    with renamed(store, "drafts"):
        reply = enter.owen.client.post(f"{work}/answers", data={**form, "answer": CANARY})
    assert reply.status_code in (500, 503) and hidden(said)
    fault = next(line for line in said.lines if "fault" in line)
    assert fault["code"] in ("SQLITE_ERROR", "42P01") and fault["endpoint"] == "participant.answer"


def test_a_database_outage_is_logged_with_its_reason(app: Flask, visitor: Visitor, said: Said) -> None:
    app.add_url_rule(
        "/breaks", "breaks", broken(DatabaseUnavailable("There is no database at data/companion.db."))
    )
    page = visitor.get("/breaks")
    away, line = said.lines
    assert (away["level"], away["database"]) == ("warning", "There is no database at data/companion.db.")
    found = NUMBER.search(page.text)
    assert line["status"] == 503 and found and found[1] == away["request"]


def test_a_request_number_in_the_log_never_comes_from_the_client(visitor: Visitor, said: Said) -> None:
    asked = "1111-2222-3333"
    replies = [visitor.client.get("/nowhere", headers={"X-Request-Id": asked}) for _ in range(3)]
    numbers = [found[1] for reply in replies if (found := NUMBER.search(reply.text))]
    assert len(set(numbers)) == 3 and asked not in numbers
    assert [line["request"] for line in said.lines] == numbers
    assert not [value for reply in replies for value in reply.headers.values() if value in numbers]


def test_pages_that_promise_to_leave_no_trace_are_not_logged(
    app: Flask, enter: SimpleNamespace, cast: Cast, settings: Settings, said: Said
) -> None:
    """If a page promises to leave no trace, the form that opens it isn't logged or counted either."""
    with app.app_context():
        rules_of = {rule.endpoint: access.rule_of(rule.endpoint) for rule in app.url_map.iter_rules()}
    assert {endpoint for endpoint, rule in rules_of.items() if rule and rule.uncounted} == UNCOUNTED
    work = f"/my/work/{cast.priya.sets(cast.sam, 'a-week-of-choices')}"
    page = enter.sam.get(work)
    form = {name: page.field(name) for name in ("csrf_token", "prompt", "seen", "draft_seen", "tab")}
    enter.sam.client.get("/nowhere")
    metrics, before = settings.home / "metrics", len(said.lines)
    app.extensions["counters"].keep(at_once=True)
    counted = gathered(metrics)
    for path in ("/help", "/cy/help", "/help.json", "/my/plan/today", "/my/plan/pause", f"{work}/pause"):
        assert enter.sam.client.get(path).status_code == 200
    for path in ("/my/tell", "/my/about-my-practitioner", "/healthz", "/readyz", "/static/icon.svg"):
        assert enter.sam.client.get(path).status_code == 200
    for then in ("help", "tell"):
        for place in ({"place": "build/good"}, {"place": "messages"}, {}):
            where = {"build/good": "/my/plan/draft", "messages": "/my/messages/draft"}.get(
                place.get("place", ""), f"{work}/draft"
            )
            sent = {**form, **place, "answer": "6", "words": "Walk", "then": then}
            assert enter.sam.client.post(where, data=sent).status_code == 303
    assert enter.sam.client.post("/my/tell", data={"csrf_token": "wrong"}).status_code == 400
    assert enter.sam.client.post("/leave").status_code == 303
    app.extensions["counters"].keep(at_once=True)
    assert gathered(metrics) == counted and said.lines[before:] == []


@pytest.mark.parametrize("then", ["help", "tell"])
@pytest.mark.parametrize("locked", [False, True], ids=["", "locked"])
@pytest.mark.parametrize("kind", [kind for kind, (_, to) in PAGES.items() if to.endswith("/draft")])
def test_opening_the_help_page_from_a_page_with_a_text_box_is_not_logged(
    kind: str,
    locked: bool,
    then: str,
    app: Flask,
    enter: SimpleNamespace,
    cast: Cast,
    clock: Clock,
    settings: Settings,
    said: Said,
) -> None:
    work = f"/my/work/{cast.priya.sets(cast.sam, 'a-week-of-choices')}"
    page, to = (each.format(work=work) for each in PAGES[kind])
    form = fields_of(enter.sam.get(page))
    clock.forward(minutes=16 if locked else 0)
    counters = app.extensions["counters"]
    counters.keep(at_once=True)
    counted, before = gathered(settings.home / "metrics"), len(said.lines)
    sent = {**form, FIELDS[kind]: "A walk", "then": then}
    assert enter.sam.client.post(to, data=sent).status_code in (302, 303, 409)
    counters.keep(at_once=True)
    assert gathered(settings.home / "metrics") == counted and said.lines[before:] == []


@given(
    st.text(),
    st.dictionaries(
        st.sampled_from([*GIVEN, "words", "name_of", "reference"]),
        st.text() | st.integers() | st.lists(st.text()),
    ),
)
def test_no_logger_call_can_log_anything_but_allowed_fields(message: str, extra: dict[str, Any]) -> None:
    for name in ("companion.web.page.errors", "companion", "gunicorn.error", "sqlalchemy.engine"):
        record = logging.getLogger(name).makeRecord(
            name, logging.INFO, "base.py", 1, "%s " + message, (CANARY,), None, "handle", extra
        )
        heard = Said()
        heard.stream.write(Lines().format(record))
        assert MARK not in heard.text
        assert all(set(line) <= {"time", "level", "event", "where", *GIVEN} for line in heard.lines)
        assert (
            name == "companion.web.page.errors"
            or heard.lines[0]["event"] == "something outside Companion was logged"
        )


def test_a_line_logged_outside_a_request_has_no_request_number(
    app: Flask, visitor: Visitor, said: Said
) -> None:
    visitor.get("/nowhere")
    errors_log.warning("afterwards")
    assert "request" not in said.lines[-1] and at_hand.get() == {}


HOSTILE = (
    b"GET /" + CANARY.encode() + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    b"canary\x00 / HTTP/1.1\r\n\r\n",
    b"GET /canary HTTP/canary\r\n\r\n",
    b"GET /canary HTTP/1.1\r\nHost: x\r\nX canary: y\r\n\r\n",
    b"GET /canary HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: canary\r\n\r\n",
    b"GET /canary HTTP/1.1\r\nHost: x\r\nContent-Length: canary\r\n\r\n",
    b"GET /" + b"canary" * 2000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /canary?canary=1 HTTP/1.1\r\nHost: canary\r\nUser-Agent: canary\r\nCookie: canary=1\r\n\r\n",
)


def test_the_web_server_logs_nothing_from_malformed_requests(
    settings: Settings, store: Store, tmp_path: Path
) -> None:
    """The test sends malformed requests to gunicorn, with more detailed logging than usual.

    After these requests, the test kills gunicorn's worker process.
    """
    port = free_port()
    options = f"--worker-class companion.web.worker.Worker --bind 127.0.0.1:{port} --log-level info"
    options += " --no-control-socket --logger-class companion.web.log_lines.ServerLog wsgi:app"
    outside = {name: value for name, value in os.environ.items() if not name.startswith("COMPANION_")}
    ours = {
        "COMPANION_MODE": "test",
        "COMPANION_HOME": str(settings.home),
        "COMPANION_DATABASE_URL": settings.database_url,
        "COMPANION_KEYS_URL": settings.keys_url,
    }
    log = tmp_path / "log"
    with log.open("w") as stream:
        command = [sys.executable, "-m", "gunicorn", *options.split()]
        server = subprocess.Popen(
            command, cwd=ROOT, env=outside | ours, stderr=stream, start_new_session=True
        )
    try:
        for _ in range(600):
            if log.read_text().count("Booting worker") and _answers(port, HOSTILE[0]):
                break
            signal.sigtimedwait([], 0.1)
        for request in HOSTILE:
            _answers(port, request)
        worker = re.search(r"Booting worker with pid: ([0-9]+)", log.read_text())
        assert worker
        os.kill(int(worker[1]), signal.SIGKILL)
        for _ in range(100):
            if "Perhaps out of memory?" in log.read_text():
                break
            signal.sigtimedwait([], 0.1)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)
    heard = Said()
    heard.stream.write(log.read_text())
    assert hidden(heard)
    events = {line["event"] for line in heard.lines}
    assert (
        f"Worker (pid:{worker[1]}) was sent SIGKILL! Perhaps out of memory?" in events
        and "answered" in events
    )


def _answers(port: int, request: bytes) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            connection.sendall(request)
            return bool(connection.recv(1))
    except OSError:
        return False
