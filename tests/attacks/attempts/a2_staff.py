"""A practitioner and an administrator each make two dozen joining codes at once.

Companion hashes joining codes. All hashing must happen on the hashing threads. Other people's pages must open
without a noticeable delay.
"""

from functools import partial

from tests.attacks.acts import enrolment_of
from tests.attacks.client import Answer, Browser
from tests.attacks.judging import Seen, at_once, statuses, watched
from tests.attacks.places import EVERYWHERE, Place

PLACES = EVERYWHERE
AT_ONCE = 24
PATIENCE = 60


def attack(place: Place) -> Seen:
    priya, alex, said = place.person("Priya"), place.person("Alex"), []
    owen = enrolment_of(priya, "Owen")
    views = [(priya, f"/participants/{owen}/reset"), (alex, "/admin/staff/new"), (priya, "/caseload/new")]
    for who, path in views:
        with watched(place.person("Sam"), "/my/") as waits:
            token = who.token(path)
            answers = at_once([partial(_send, who, path, token)] * AT_ONCE)
        said.append(
            (waits.worst, f"{AT_ONCE} × POST {path.replace(owen, '…')} ({statuses(answers)}): {waits}")
        )
        if not waits.bearable:
            return Seen(False, said[-1][1])
    return Seen(True, max(said)[1])


def _send(who: Browser, path: str, token: str) -> Answer:
    browser = who.copy()
    browser.patience = PATIENCE
    form = {"name": "Somebody", "role": "practitioner", "word": "lighthouse"}
    return browser.post(path, form, token=token, follow=False)
