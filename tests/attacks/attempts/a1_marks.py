"""Somebody sends tens of thousands of combining marks in every public form field.

Normalising many combining marks takes quadratic time. While Python normalises a long series of combining
marks, Companion can't respond to anybody else. The help page must open as usual for other people, even if an
attacker fills any form field with combining marks.
"""

from functools import partial
from urllib.parse import quote

from tests.attacks.client import Answer
from tests.attacks.judging import Seen, at_once, watched
from tests.attacks.places import EVERYWHERE, Place

PLACES = EVERYWHERE
MARKS = 24_000
WORST = quote("a" + "\N{COMBINING COMMA ABOVE RIGHT}" * MARKS + "\N{COMBINING GRAVE ACCENT}" * MARKS)
"""The string that takes longest to normalise."""
AT_ONCE, PATIENCE = 3, 60
FIELDS = {
    "/no-such-page": ("page=//", "words="),
    "/sign-in": ("sign_in_name=", "passphrase=", "next=//"),
    "/join": ("code=", "word="),
    "/language": ("language=", "page=//"),
}
"""The fields of each public page, keyed by the page's path."""


def attack(place: Place) -> Seen:
    worst = None
    for path, fields in FIELDS.items():
        for field in fields:
            with watched(place.stranger()) as waits:
                at_once([partial(_send, place, path, field)] * AT_ONCE)
            if worst is None or waits.worst > worst[0].worst:
                worst = waits, f"{path} with {field}"
            if not waits.bearable:
                return Seen(False, f"{worst[1]}: {waits}")
    assert worst
    return Seen(True, f"{worst[1]}: {worst[0]}")


def _send(place: Place, path: str, field: str) -> Answer:
    browser = place.stranger()
    browser.patience = PATIENCE
    token = browser.token("/sign-in")
    return browser.send(path, f"csrf_token={quote(token)}&{field}{WORST}".encode())
