"""An IPv6 network sends 75 sign-in attempts and 400 other requests.

Each request comes from a different address. A household's network has 2^64 addresses (a /64). nginx and the
portal must treat the network as one address.
"""

from collections.abc import Callable
from functools import partial

from tests.attacks.client import Answer
from tests.attacks.judging import Seen, at_once
from tests.attacks.places import SERVE, Place

PLACES = SERVE
TRIES, MOST_TRIES = 75, 60
"""How many times the attacker tries to sign in, and how many tries one address is allowed
(``sign-in.address``).
"""
REQUESTS, AT_ONCE, MORE = 400, 40, 1.3
"""How many requests to send in all, and how many at once.

A network may make at most ``MORE`` times as many requests as one address. ``MORE`` allows some slack, because
the test machine's speed varies.
"""
NETWORKS: dict[str, Callable[[int], str]] = {
    "2001:db8:1:2::/64": lambda number: f"2001:db8:1:2::{number:x}",
    "2001:db8::/64": lambda number: f"2001:db8::{number:x}",
    "2001:db8:0:5::/64 in full": lambda number: f"2001:db8:0:5:{number:x}:1:2:3",
}


def attack(place: Place) -> Seen:
    alone = _given(place, lambda _: "203.0.113.7")
    said, held = [f"one address was given {alone} of {REQUESTS}"], True
    for name, address in NETWORKS.items():
        judged = [_signs_in(place, address(number), number) for number in range(1, TRIES + 1)]
        count, given = sum(each.status == 422 for each in judged), _given(place, address)
        held = held and count <= MOST_TRIES and given <= MORE * alone
        said.append(f"{name}: {count} of {TRIES} tries judged, {given} requests given")
    return Seen(held, "; ".join(said))


def _given(place: Place, address: Callable[[int], str]) -> int:
    """Send many requests, and return the number that nginx accepts."""
    given = 0
    for first in range(1000, 1000 + REQUESTS, AT_ONCE):
        browsers = [place.stranger(address(number)) for number in range(first, first + AT_ONCE)]
        answers = at_once([partial(each.get, "/healthz") for each in browsers])
        given += sum(each.status == 200 for each in answers)
    return given


def _signs_in(place: Place, address: str, number: int) -> Answer:
    """Try once to sign in.

    Get the CSRF token from another IP address, so that nginx doesn't count the request for the token towards
    its limit for ``address``.
    """
    page = place.stranger()
    token = page.token("/sign-in")
    browser = place.stranger(address)
    browser.cookies = page.cookies
    form = {"sign_in_name": f"nobody-{number}", "passphrase": "not a passphrase of anybody"}
    return browser.post("/sign-in", form, token=token, follow=False)
