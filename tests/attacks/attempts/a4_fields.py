"""A participant sends 80,000 fields with the same name in one form.

The plan's pages repeat the submitted text. The response to a form with 80,000 fields must not be larger than
2 MB. A form with thousands of fields must not delay other people's requests.
"""

from tests.attacks.judging import Seen, watched
from tests.attacks.places import EVERYWHERE, Place

PLACES = EVERYWHERE
FIELDS = 80_000
MOST = 2_000_000
"""The largest acceptable page, in bytes."""
PAGES = ("/my/plan/add?part=good", "/my/plan/build/good", "/my/tell", "/my/messages", "/my/held/corrections")


def attack(place: Place) -> Seen:
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
