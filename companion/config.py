"""Read the settings from the environment."""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from email.errors import HeaderParseError, InvalidHeaderDefect
from email.message import EmailMessage
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Literal, cast
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

Mode = Literal["demo", "serve", "test"]
WEB_ADDRESS = r"https?://[A-Za-z0-9.-]+(:[0-9]{1,4}|:[1-5][0-9]{4}|:6[0-4][0-9]{3}|:65[0-4][0-9]{2}|:655[0-2][0-9]|:6553[0-5])?([/?#][!-~]*)?"
"""A regular expression for web addresses. The pattern excludes characters that could break out of an HTTP
header.
"""

EXIT_URL = "https://www.bbc.co.uk/weather"
"""The default exit page of *Leave this site*."""
WRITTEN_OUT = r"[a-z+]+://([^%/?#@]|%[0-9A-Fa-f]{2})*(@[^%/?#@]*)?/?"
"""A regular expression for a mail server's URL. Special characters in the mail server's URL must be
percent-encoded.
"""

DATA, KEYS = Path("data", "companion.db"), Path("data-keys", "keys.db")
"""The paths of the embedded databases in the COMPANION_HOME folder."""
METRICS_ADDRESS = "127.0.0.1:9464"
PRIVATE = [
    ip_network(each)
    for each in ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7")
]
"""Addresses of this machine and private networks (RFC 1918, RFC 4193)."""
INSTALLED = Path("/opt/companion")
"""The folder for all installed versions of Companion (docs/deployment.md)."""
MOST_OFFSET = 100 * 365 * 24 * 3600
"""The largest allowed clock offset, in seconds."""


def version() -> str:
    """Return Companion's version from ``pyproject.toml``."""
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text())["project"]
    return str(project["version"])


class BadSetting(Exception):
    """Raised if a setting can't be used. The message names the setting and the remedy."""


@dataclass(frozen=True)
class Settings:
    """All of Companion's settings. ``docs/settings.md`` explains each setting."""

    mode: Mode
    home: Path
    database_url: str
    keys_url: str
    wrapping_key_file: Path
    wrapping_key: str
    exit_url: str
    smtp_url: str
    mail_from: str
    clock_offset: timedelta
    cheap_hashes: bool
    metrics_address: tuple[str, int] | None
    command: str

    @property
    def secure_cookies(self) -> bool:
        """True if browsers may send cookies only over TLS."""
        return self.mode == "serve"

    @property
    def exit_origin(self) -> str:
        """The origin (scheme and host) of the exit page, which opens when somebody leaves the site. Chromium
        applies the CSP's ``form-action`` to redirects too, so it must include the origin of the exit page.
        """
        parts = urlsplit(self.exit_url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def embedded(self) -> "Settings":
        """A copy of these settings that uses the embedded databases."""
        main, keys = _embedded(self.home / DATA), _embedded(self.home / KEYS)
        return replace(self, database_url=main, keys_url=keys)

    @property
    def left_behind(self) -> list[Path]:
        """SQLite database files that exist in the folder ``home``, but that these settings don't use."""
        used = {self.database_url, self.keys_url}
        files = [self.home / DATA, self.home / KEYS]
        return [each for each in files if _embedded(each) not in used and each.exists()]

    @classmethod
    def from_environment(cls, env: Mapping[str, str] = os.environ) -> "Settings":
        """Return the settings from the environment. Raise ``BadSetting`` if a setting can't be used."""
        mode = env.get("COMPANION_MODE", "serve")
        if mode not in ("demo", "serve", "test"):
            raise BadSetting(f"COMPANION_MODE is {mode!r}; it can be demo, serve or test.")
        home = Path(env.get("COMPANION_HOME", "instance")).absolute()
        exit_url = env.get("COMPANION_EXIT_URL", EXIT_URL)
        if not re.fullmatch(WEB_ADDRESS, exit_url):
            raise BadSetting(f"COMPANION_EXIT_URL must be a whole web address, such as {EXIT_URL}.")
        return cls(
            mode=cast(Mode, mode),
            home=home,
            database_url=_database(env, "COMPANION_DATABASE_URL", _embedded(home / DATA)),
            keys_url=_database(env, "COMPANION_KEYS_URL", _embedded(home / KEYS)),
            wrapping_key_file=Path(
                env.get("COMPANION_WRAPPING_KEY_FILE", home / "secrets" / "wrapping-key.json")
            ).absolute(),
            wrapping_key=env.get("COMPANION_WRAPPING_KEY", ""),
            exit_url=exit_url,
            smtp_url=_smtp(env),
            mail_from=_sender(env),
            clock_offset=timedelta(seconds=_outside_serve(env, "COMPANION_CLOCK_OFFSET", mode)),
            cheap_hashes=bool(_outside_serve(env, "COMPANION_CHEAP_HASHES", mode)),
            metrics_address=_metrics(env, mode),
            command=env.get("COMPANION_COMMAND", called_in(Path(__file__))),
        )


def called_in(program: Path) -> str:
    """Guess how operators start Companion's commands, from the path of the running program.

    Older scripts and systemd units don't set COMPANION_COMMAND.
    """
    return "companion" if program.resolve().is_relative_to(INSTALLED) else "flask --app wsgi"


def _embedded(path: Path) -> str:
    return f"sqlite:///{path}"


def _database(env: Mapping[str, str], name: str, embedded: str) -> str:
    url = env.get(name, embedded)
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise BadSetting(f"{name} must begin with sqlite:/// or postgresql+psycopg://.")
    try:
        parts = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise BadSetting(f"{name} is no address of a database: see its host and port.") from error
    if parts.drivername == "sqlite" and parts.database in (None, "", ":memory:"):
        raise BadSetting(f"{name} must name the file of the database, such as sqlite:////srv/companion.db.")
    return url


def _smtp(env: Mapping[str, str]) -> str:
    url = env.get("COMPANION_SMTP_URL", "")
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("smtp", "smtps", "smtp+starttls") and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if url and (not usable or not re.fullmatch(WRITTEN_OUT, url)):
        raise BadSetting(
            "COMPANION_SMTP_URL must be like smtp+starttls://name:passphrase@host:587 (or smtps://, smtp://). "
            "In the name and the passphrase write % as %25, / as %2F, ? as %3F, # as %23 and @ as %40."
        )
    return url


def _sender(env: Mapping[str, str]) -> str:
    sender = env.get("COMPANION_MAIL_FROM", "Companion <companion@localhost>")
    if not (sender.isprintable() and sender.isascii() and _is_one_address(sender)):
        raise BadSetting(
            "COMPANION_MAIL_FROM must be one line with one address, like Companion <notes@example.org>."
        )
    return sender


def _is_one_address(sender: str) -> bool:
    """Return whether a mail server would accept this sender address."""
    letter = EmailMessage()
    try:
        letter["From"] = sender
    except (HeaderParseError, ValueError, IndexError):
        return False
    header = letter["From"]
    whole = [(each.username, each.domain) for each in header.addresses if each.username and each.domain]
    return len(header.addresses) == len(whole) == 1 and not any(
        isinstance(each, InvalidHeaderDefect) for each in header.defects
    )


def _metrics(env: Mapping[str, str], mode: str) -> tuple[str, int] | None:
    """Return the host and port for ``/metrics``, or None if metrics are off.

    Raise ``BadSetting`` unless the address is on this machine or on a private network.
    """
    text = env.get("COMPANION_METRICS_ADDRESS", METRICS_ADDRESS if mode == "serve" else "")
    if not text:
        return None
    host, _, port = text.rpartition(":")
    try:
        address = ip_address(host.removeprefix("[").removesuffix("]"))
    except ValueError:
        address = None
    if address is None or not re.fullmatch("[0-9]{1,5}", port) or not 0 < int(port) < 65536:
        raise BadSetting("COMPANION_METRICS_ADDRESS must be an address and a port, such as 127.0.0.1:9464.")
    if not any(address in network for network in PRIVATE if network.version == address.version):
        raise BadSetting(
            "COMPANION_METRICS_ADDRESS must be one that nobody outside reaches, such as 127.0.0.1:9464 "
            "or one of a private network."
        )
    return str(address), int(port)


def _outside_serve(env: Mapping[str, str], name: str, mode: str) -> int:
    text = env.get(name, "0")
    try:
        number = int(text)
    except ValueError as error:
        raise BadSetting(f"{name} must be a whole number; it is {text!r}.") from error
    if number and mode == "serve":
        raise BadSetting(f"{name} is for the demo and the tests only. Remove it.")
    if abs(number) > MOST_OFFSET:
        raise BadSetting(f"{name} can be {MOST_OFFSET} at most, which is a hundred years.")
    return number
