"""Somebody who isn't signed in sends a megabyte to a URL that doesn't exist.

The portal must not read a long request body that no page needs. The error page must not be much longer than
the request.
"""

from tests.attacks.judging import Seen
from tests.attacks.places import EVERYWHERE, Place

PLACES = EVERYWHERE
SIZE = 1_250_000
MOST = 1_000_000
"""The largest acceptable error page, in bytes."""


def attack(place: Place) -> Seen:
    browser = place.stranger()
    answers = [browser.send(path, b"x=" + b"'" * SIZE) for path in ("/no-such-page", "/my/no-such-page")]
    worst = max(answers, key=lambda each: len(each.body))
    seen = f"{SIZE:,} bytes were answered with {worst.status} and {len(worst.body):,} bytes in {worst.seconds:.1f} s"
    return Seen(len(worst.body) <= MOST and 400 <= worst.status < 500, seen)
