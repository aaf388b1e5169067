"""Tens of thousands of combining marks, in every field that anybody can send: three at once, 96 KB each.

Normalising such a text takes quadratic time and holds Python's lock, so that nobody else is answered. Help must come
as if nothing had happened, whatever field it is sent in.
"""

from functools import partial
from urllib.parse import quote

from tests.attacks.client import Answer
from tests.attacks.judging import Seen, at_once, watched
from tests.attacks.places import EVERYWHERE, Place

PLACES = EVERYWHERE
MARKS = 24_000
WORST = quote("a" + "\N{COMBINING COMMA ABOVE RIGHT}" * MARKS + "\N{COMBINING GRAVE ACCENT}" * MARKS)
"""Each mark sorts before all the marks of the other kind in front of it."""
AT_ONCE, PATIENCE = 3, 60
FIELDS = {
    "/no-such-page": ("page=//", "words="),
    "/sign-in": ("sign_in_name=", "passphrase=", "next=//"),
    "/join": ("code=", "word="),
    "/language": ("language=", "page=//"),
}
"""Each field of the public pages."""


def attack(place: Place) -> Seen:
    """Judge by the worst field."""
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
