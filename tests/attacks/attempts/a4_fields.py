"""80,000 fields of the same name, from a participant to the pages of his plan, in a form of 560 KB.

A page gives back what was typed. It must not give back more than anybody can have typed there, nor keep others
waiting.
"""

from tests.attacks.judging import Seen, watched
from tests.attacks.places import EVERYWHERE, Place

PLACES = EVERYWHERE
FIELDS = 80_000
MOST = 2_000_000
"""Bytes of a page."""
PAGES = ("/my/plan/add?part=good", "/my/plan/build/good", "/my/tell", "/my/messages", "/my/held/corrections")


def attack(place: Place) -> Seen:
    """The largest page judges, and how long others waited for theirs."""
    sam, owen, worst = place.person("Sam"), place.person("Owen"), None
    for page in PAGES:
        token = sam.token("/my/plan/add")
        body = f"csrf_token={token}&part=good".encode() + b"&words=a" * FIELDS
        with watched(owen, "/my/") as waits:
            answer = sam.send(page, body)
        seen = f"{page} answered {answer.status} with {len(answer.body):,} bytes in {answer.seconds:.1f} s; {waits}"
        if not waits.bearable or len(answer.body) > MOST or answer.status >= 500 or answer.status < 0:
            return Seen(False, seen)
        if worst is None or len(answer.body) > worst[0]:
            worst = len(answer.body), seen
    assert worst
    return Seen(True, worst[1])
