"""Twenty people sign in at once, with unusual spellings of the URL.

Unusual spellings of the sign-in URL are, for example, ``/sign%2Din`` and ``//sign-in``. Companion hashes
passphrases on separate threads. Passphrases must be hashed on a separate thread, however the sign-in URL is
spelt. Other people's pages must open without a noticeable delay.
"""

from functools import partial

from tests.attacks.client import Answer
from tests.attacks.judging import Seen, at_once, statuses, watched
from tests.attacks.places import EVERYWHERE, Place

PLACES = EVERYWHERE
WRITTEN = ("/sign-in", "/sign%2Din", "/%73ign-in", "/sign-in?x=%20", "/./sign%2Din", "/jo%69n", "/join?a=b")
AT_ONCE = 20
PATIENCE = 60


def attack(place: Place) -> Seen:
    sam, said = place.person("Sam"), []
    for path in WRITTEN:
        with watched(sam, "/my/") as waits:
            answers = at_once([partial(_try, place, path, number) for number in range(AT_ONCE)])
        said.append((waits.worst, f"POST {path} ({statuses(answers)}): {waits}"))
        if not waits.bearable:
            return Seen(False, said[-1][1])
    return Seen(True, max(said)[1])


def _try(place: Place, path: str, number: int) -> Answer:
    browser = place.stranger()
    browser.patience = PATIENCE
    token = browser.token("/sign-in")
    form = {
        "sign_in_name": f"nobody-{number}",
        "passphrase": "no passphrase of anybody",
        "code": "AAAA",
        "word": "no",
    }
    return browser.post(path, form, token=token, follow=False)
