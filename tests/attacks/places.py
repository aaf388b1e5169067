"""Portals to attack, which are real processes on this machine.

Each portal contains the demo's accounts. With ``serve``, the portal runs behind nginx with TLS.
"""

import http.client
import json
import os
import signal
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

import pyotp
from sqlalchemy import Engine, create_engine

from companion.config import Settings
from companion.store.base import Store
from companion.store.operations.open_databases import open_store
from tests.attacks.client import Browser
from tests.growth.proxy import HOST, Proxy

ROOT = Path(__file__).parents[2]
STARTING_SECONDS = 240
STOPPING_SECONDS = 30
SETTLING_SECONDS = 60
CODE_SECONDS = 30
"""The number of seconds for which a one-time code is valid. Companion accepts each code only once."""
COMMAND_SECONDS = 300


@dataclass(frozen=True)
class Kind:
    mode: str
    """The portal's mode, either ``demo`` or ``serve``."""
    database: str
    """The kind of database, either ``sqlite`` or ``postgresql``."""

    def __str__(self) -> str:
        return f"{self.mode}-{self.database}"


DEMO = (Kind("demo", "sqlite"), Kind("demo", "postgresql"))
SERVE = (Kind("serve", "sqlite"), Kind("serve", "postgresql"))
EVERYWHERE = (*DEMO, *SERVE)
POSTGRESQL = (DEMO[1], SERVE[1])


class ByName(http.client.HTTPSConnection):
    """A TLS connection to this machine, under the portal's host name."""

    def connect(self) -> None:
        """Connect to the portal, and check the certificate against the host name."""
        http.client.HTTPConnection.connect(self)
        self.sock = self._context.wrap_socket(self.sock, server_hostname=HOST)  # type: ignore[attr-defined]


@dataclass
class Place:
    """A running portal that can be attacked."""

    CLAIM: ClassVar = "X-Attacker-Address"
    """The HTTP header in which an attacker sends a false address. In these tests, nginx takes the client's
    address from this header.
    """

    kind: Kind
    home: Path
    port: int
    settings: Mapping[str, str]
    proxy: Proxy | None = None
    _server: "subprocess.Popen[bytes] | None" = None
    _sessions: dict[str, Browser] = field(default_factory=dict)
    _codes: dict[str, int] = field(default_factory=dict)

    @property
    def host(self) -> str:
        """Return the host name that a browser sends."""
        return HOST if self.proxy else f"localhost:{self.port}"

    @property
    def origin(self) -> str:
        """Return the origin that a browser sends with a form."""
        return f"{'https' if self.proxy else 'http'}://{self.host}"

    def connect(self, address: str, patience: float) -> http.client.HTTPConnection:
        """Return a connection from this loopback address, with TLS if there is a proxy."""
        port = self.proxy.port if self.proxy else self.port
        if self.proxy is None:
            return http.client.HTTPConnection("127.0.0.1", port, patience, (address, 0))
        context = ssl.create_default_context(cafile=str(self.proxy.ca))
        return ByName("127.0.0.1", port, timeout=patience, source_address=(address, 0), context=context)

    # People

    @property
    def accounts(self) -> dict[str, dict[str, str]]:
        """Return each demo person's sign-in details, keyed by name."""
        listed = json.loads((self.home / "demo-accounts.json").read_text())
        return {account["name"]: account for account in listed}

    def stranger(self, claimed: str = "") -> Browser:
        """Return the browser of somebody who has never visited the portal."""
        return Browser(self, claimed=claimed)

    def person(self, name: str) -> Browser:
        """Return a browser that is signed in as this person.

        Repeated calls for the same person return the same session.
        """
        if name not in self._sessions:
            self._sessions[name] = self.signs_in(name)
        return self._sessions[name].copy()

    def signs_in(self, name: str, browser: Browser | None = None, passphrase: str = "") -> Browser:
        """Sign in as this person in a new session, and return the browser."""
        account, browser = self.accounts[name], browser or self.stranger()
        form = {"sign_in_name": account["sign_in_name"], "passphrase": passphrase or account["passphrase"]}
        answer = browser.post("/sign-in", form, follow=False)
        if answer.status == 303 and account.get("totp_secret"):
            answer = browser.post("/second-factor", {"code": self.code(name)}, follow=False)
        if answer.status != 303:
            raise RuntimeError(f"{name} could not sign in: {answer.status}")
        newest = "SELECT id FROM web_sessions ORDER BY created_at DESC, last_seen_at DESC LIMIT 1"
        with self.engine() as engine, engine.connect() as connection:
            browser.session = str(connection.exec_driver_sql(newest).scalar_one()).replace("-", "")
        return browser

    def everybody_is_out(self) -> None:
        """Forget the saved sessions of all browsers, because the portal has ended every session."""
        self._sessions.clear()

    def settles(self) -> None:
        """Wait until the help page is quick again, but at most a minute."""
        deadline = time.monotonic() + SETTLING_SECONDS
        while time.monotonic() < deadline:
            if (answer := self.stranger().get("/help")).status == 200 and answer.seconds < 1:
                return

    def code(self, name: str) -> str:
        """Return an unused one-time code for this person."""
        while True:
            step = max(self._codes.get(name, 0) + 1, int(time.time() / CODE_SECONDS) - 1)
            if step <= int(time.time() / CODE_SECONDS) + 1:
                break
            time.sleep(1)
        self._codes[name] = step
        return pyotp.TOTP(self.accounts[name]["totp_secret"]).at(step * CODE_SECONDS)

    # Access that doesn't use the pages

    @contextmanager
    def engine(self, *, keys: bool = False) -> Iterator[Engine]:
        """Open the main database or the key store with write access."""
        settings = Settings.from_environment(self.settings)
        engine = create_engine(settings.keys_url if keys else settings.database_url)
        try:
            yield engine
        finally:
            engine.dispose()

    @contextmanager
    def store(self) -> Iterator[Store]:
        """Open both databases with their keys, as Companion does."""
        store = open_store(Settings.from_environment(self.settings)).in_order()
        try:
            yield store
        finally:
            store.close()

    def command(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """Run an operator's command, without raising an error if the command fails."""
        return subprocess.run(
            [sys.executable, "-m", "flask", "--app", "wsgi", *words],
            cwd=ROOT,
            env=self._environment(),
            capture_output=True,
            text=True,
            check=False,
            timeout=COMMAND_SECONDS,
        )

    def start(self) -> None:
        """Run ``./manage demo`` or ``./manage serve``, and wait until the portal responds."""
        command = [sys.executable, str(ROOT / "manage"), self.kind.mode]
        with (self.home / "said.log").open("ab") as said:
            self._server = subprocess.Popen(
                command, cwd=ROOT, env=self._environment(), stdout=said, stderr=said
            )
        deadline = time.monotonic() + STARTING_SECONDS
        while not self._answers():
            if self._server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(
                    f"{self.kind} did not start:\n{(self.home / 'said.log').read_text()[-3000:]}"
                )
            time.sleep(0.1)

    def stop(self) -> None:
        if self.proxy:
            self.proxy.ends()
        if self._server:
            self._server.send_signal(signal.SIGTERM)
            try:
                self._server.wait(STOPPING_SECONDS)
            except subprocess.TimeoutExpired:
                self._server.kill()  # killing the server also ends its child processes
                self._server.wait()
            self._server = None

    def _environment(self) -> dict[str, str]:
        ours = {k: v for k, v in os.environ.items() if not k.startswith(("COMPANION_", "FLASK_"))}
        return {**ours, **self.settings, "PORT": str(self.port)}

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/readyz", headers={"Host": "localhost"})
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()


def moment() -> datetime:
    """Return the current time by the portals' clock."""
    return datetime.now(UTC)
