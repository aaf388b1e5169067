"""Guess the kind of device from the browser's User-Agent header, only roughly."""

from dataclasses import dataclass
from datetime import timedelta

KNOWN_FOR = timedelta(days=180)
"""How long a device counts as known after it was last used."""
KNOWN_MOST = 5
"""Known devices per account; each has its own allowance of sign-in attempts."""

BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("FxiOS", "Firefox"),
    ("Firefox", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrom", "Chrome"),
    ("Safari", "Safari"),
)
"""Marks to look for in a User-Agent, and the browser's name. First match wins: some browsers also name others."""
SYSTEMS = (
    ("iPhone", "iphone"),
    ("iPad", "ipad"),
    ("Android", "android"),
    ("Windows", "windows"),
    ("CrOS", "chromebook"),
    ("Macintosh", "mac"),
    ("Linux", "linux"),
)


@dataclass(frozen=True)
class DeviceKind:
    """A browser's name, and a message key for the sort of device; empty if unknown."""

    browser: str = ""
    system: str = ""


def kind_of(user_agent: str) -> DeviceKind:
    """Return the browser and sort of device. Versions, models and addresses are never kept."""
    return DeviceKind(_first(BROWSERS, user_agent), _first(SYSTEMS, user_agent))


def _first(known: tuple[tuple[str, str], ...], text: str) -> str:
    return next((name for mark, name in known if mark in text), "")
