"""Test that help is available while the database is down."""

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from companion import create_app
from companion.config import Settings
from companion.store.operations.open_databases import prepare
from tests.trips.away import Embedded, Server, server
from tests.trips.forked import ROOT
from tests.trips.portal import Portal, free_port

EXIT = "http://localhost/weather"
PATIENCE_SECONDS = 30
MANAGE = (
    "import runpy, signal; signal.signal(signal.SIGINT, signal.default_int_handler);"
    "runpy.run_path('manage', run_name='managed')['portal']('demo', reset=False)"
)
"""A script that runs `./manage demo` without installing anything.

Ctrl-C stops the script even if the tests run in the background.
"""


@dataclass(frozen=True)
class Reply:
    status: int
    headers: http.client.HTTPMessage
    text: str
    seconds: float


class Asked(Portal):
    """A portal to which tests send requests without a browser."""

    def asks(self, path: str, method: str = "GET", **headers: str) -> Reply:
        connection = http.client.HTTPConnection("localhost", self.port, timeout=30)
        began = time.monotonic()
        names = {name.replace("_", "-"): text for name, text in headers.items()}
        connection.request(method, path, headers=names)
        response = connection.getresponse()
        text = response.read().decode()
        connection.close()
        return Reply(response.status, response.headers, text, time.monotonic() - began)

    def waits_for(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self._answers():
            assert process.poll() is None and time.monotonic() < deadline
            time.sleep(0.05)

    def becomes_whole(self) -> None:
        """Wait until the portal has recovered without being restarted."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        whole = 0
        while whole < 20:  # send enough requests to reach each of the portal's processes
            ready = self.asks("/readyz").status == 200 and self.asks("/sign-in").status == 200
            whole = whole + 1 if ready else 0
            assert time.monotonic() < deadline
            time.sleep(0 if ready else 0.1)


@pytest.fixture(params=["embedded", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Embedded | Server]:
    if request.param == "embedded":
        yield Embedded(tmp_path)
    else:
        with server() as made:
            yield made


@pytest.fixture
def portal(database: Embedded | Server, tmp_path: Path) -> Iterator[Asked]:
    made = Asked(tmp_path, EXIT, **database.settings)
    made.run("migrate")
    yield made
    made.kill()


def gives_help(portal: Asked) -> None:
    """Check that the portal serves the help page within two seconds. Check that *Leave this site* works
    without the database.
    """
    for path in ("/help", "/en/help"):
        help_page = portal.asks(path)
        assert help_page.status == 200 and help_page.seconds < 2
        assert "Call 999" in help_page.text and "Samaritans, day and night" in help_page.text
        assert "Set-Cookie" not in help_page.headers
    assert "Tell us about a problem" in portal.asks("/accessibility").text
    hours = json.loads(portal.asks("/help.json").text)["signposts"][1]["when"]["hours"]
    assert hours[1] == {"days": ["friday"], "from": "09:00", "until": "17:00", "over_midnight": False}
    assert portal.asks("/static/icon.svg").status == 200
    assert (portal.asks("/healthz").status, portal.asks("/readyz").status) == (200, 503)
    left = portal.asks("/leave", "POST", Cookie="companion=eyJfdXNlcl9pZCI6IngifQ.x.y")
    assert (left.status, left.headers["Location"]) == (303, EXIT) and left.seconds < 5
    assert "companion=;" in left.headers["Set-Cookie"]
    assert portal.asks("/leave", "POST", Origin="https://elsewhere.example").status == 400


def gives_nothing_else(portal: Asked) -> None:
    """Check that pages offer help and say that the records can't be reached."""
    for method in ("GET", "POST"):
        for path in ("/", "/sign-in", "/my/", "/caseload", "/nowhere"):
            away = portal.asks(path, method)
            assert away.status == 503 and 'href="/help"' in away.text, (method, path)
            assert "Everything you've saved is safe." in away.text and "Set-Cookie" not in away.headers


def names_samaritans_anew(home: Path) -> None:
    """Change the name of the entry for Samaritans in the signposts file."""
    path = home / "help/signposts.json"
    path.write_text(path.read_text().replace('"Samaritans"', '"Samaritans, day and night"'))


def test_help_is_served_during_a_database_outage_even_after_a_restart(
    portal: Asked, database: Embedded | Server
) -> None:
    portal.start()
    assert portal.asks("/readyz").status == 200 and portal.asks("/sign-in").status == 200
    names_samaritans_anew(portal.home)

    database.goes_away()
    gives_help(portal)
    portal.kill()
    portal.start()
    gives_help(portal)
    gives_nothing_else(portal)
    gives_help(portal)

    database.comes_back()
    portal.becomes_whole()
    assert portal.asks("/nowhere").status == 404
    # the portal reads the signposts from the database again
    assert "Samaritans, day and night" not in portal.asks("/help").text


def test_the_background_loop_survives_a_database_outage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules["companion.cli.background.loop"], "EVERY_SECONDS", 0.05)
    database, done = Embedded(tmp_path), []
    environment = {"COMPANION_MODE": "test", "COMPANION_HOME": str(tmp_path)}
    settings = Settings.from_environment(environment)
    prepare(settings, datetime.now(UTC))
    snapshot = tmp_path / "help/signposts.json"

    def comes_again() -> None:
        """Wait until the background loop writes the signposts file, and then remove the file."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not snapshot.exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        snapshot.unlink()
        done.append("written")

    def happens() -> None:
        try:
            comes_again()
            database.goes_away()
            time.sleep(0.5)
            snapshot.unlink(missing_ok=True)
            database.comes_back()
            comes_again()
        finally:
            if running.is_set():
                os.kill(os.getpid(), signal.SIGTERM)

    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    running, meanwhile = threading.Event(), threading.Thread(target=happens)
    app = create_app(settings, for_commands=True)
    running.set()
    meanwhile.start()
    try:
        with app.app_context():
            ended = app.test_cli_runner().invoke(args=["background"])
    finally:
        running.clear()
        for number, handler in before.items():
            signal.signal(number, handler)
    meanwhile.join()
    assert ended.exit_code == 0 and done == ["written", "written"]


def test_the_manage_command_serves_the_help_page_until_the_database_is_back(tmp_path: Path) -> None:
    database, port = Embedded(tmp_path), free_port()
    portal = Asked(tmp_path, EXIT)
    portal.run("migrate")
    portal.port = port
    (tmp_path / "demo-only").touch()
    database.goes_away()
    environment = {
        **{name: text for name, text in os.environ.items() if not name.startswith("COMPANION_")},
        "COMPANION_HOME": str(tmp_path),
        "PORT": str(port),
    }
    with (tmp_path / "said").open("w") as said:
        command = [sys.executable, "-c", MANAGE]
        manage = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=said)
    try:
        portal.waits_for(manage)
        assert "Only the help page is served" in (tmp_path / "said").read_text()
        assert portal.asks("/help").status == 200 and portal.asks("/sign-in").status == 503
        assert not (tmp_path / "data").exists()
        database.comes_back()
        portal.becomes_whole()
        assert manage.poll() is None
    finally:
        manage.send_signal(signal.SIGINT)
        manage.wait(30)
