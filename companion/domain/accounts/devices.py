"""Guess the kind of device from the browser's User-Agent header."""

from dataclasses import dataclass
from datetime import timedelta

KNOWN_FOR = timedelta(days=180)
"""The period without use after which Companion forgets a known device."""
KNOWN_MOST = 5
"""The maximum number of known devices per account."""

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
"""Pairs of User-Agent text and browser name. The order of these names matters, because some browsers' headers
also contain other browsers' names.
"""
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
    """The browser's name, such as Firefox, and a code for the kind of device, such as ``iphone``. If the
    browser or the kind of device is unknown, its field is an empty string.
    """

    browser: str = ""
    system: str = ""


def kind_of(user_agent: str) -> DeviceKind:
    """Return the browser and the kind of device."""
    return DeviceKind(_first(BROWSERS, user_agent), _first(SYSTEMS, user_agent))


def _first(known: tuple[tuple[str, str], ...], text: str) -> str:
    return next((name for mark, name in known if mark in text), "")
