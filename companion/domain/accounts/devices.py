"""What kind of device somebody uses, told coarsely from what his browser says of itself."""

from dataclasses import dataclass
from datetime import timedelta

KNOWN_FOR = timedelta(days=180)
"""After its last use a known device stays known so long."""
KNOWN_MOST = 5
"""Known devices of one account: with each, tries of its own are allowed."""

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
"""What a browser's own words hold, and its name. Later ones stand in the words of earlier ones, too."""
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
    """A browser's name and a key for the sort of device; empty where neither is told."""

    browser: str = ""
    system: str = ""


def kind_of(user_agent: str) -> DeviceKind:
    """Nothing finer is kept: no version, no model, no address."""
    return DeviceKind(_first(BROWSERS, user_agent), _first(SYSTEMS, user_agent))


def _first(known: tuple[tuple[str, str], ...], text: str) -> str:
    return next((name for mark, name in known if mark in text), "")
