"""A participant rewords sixty long plan items, and compares the plan's versions.

Comparing two texts takes quadratic time. Comparing two versions of the plan must be quick. If eight people
compare plan versions at the same time, another participant's page must still open without delay.
"""

from functools import partial

from tests.attacks.acts import ID, new_id
from tests.attacks.client import Browser
from tests.attacks.judging import TIMES, Seen, at_once, watched
from tests.attacks.places import EVERYWHERE, Place

PLACES = EVERYWHERE
ITEMS, WORDS, AT_ONCE = 60, 240, 8
MOST_SECONDS = 1.0
BEFORE, AFTER = (" ".join(f"{letter}{number % 97:02}" for number in range(WORDS)) for letter in "ab")
ALIKE = " ".join(
    word if place % 2 else after
    for place, (word, after) in enumerate(zip(BEFORE.split(), AFTER.split(), strict=True))
)


def attack(place: Place) -> Seen:
    idris = place.person("Idris")
    usual = min(idris.get("/my/plan/versions").seconds for _ in range(5))
    rows = [("words", BEFORE)] * ITEMS
    form = [("once", new_id()), ("part", "good"), *rows]
    added = idris.post("/my/plan/add", form, of="/my/plan/add?part=good")
    first = _newest(idris)
    changed = sum(_changes(idris, each) for each in added.links(rf"/my/plan/items/{ID}"))
    page = f"/my/plan/compared?first={first}&last={_newest(idris)}"
    alone = min(idris.get(page).seconds for _ in range(3))
    with watched(place.person("Owen"), "/my/") as waits:
        at_once([partial(idris.copy().get, page) for _ in range(AT_ONCE)])
    seen = f"comparing {changed} items took {alone:.2f} s, the page before {usual:.2f} s; {AT_ONCE} at once: {waits}"
    return Seen(bool(changed) and alone <= max(MOST_SECONDS, TIMES * usual) and waits.bearable, seen)


def _newest(idris: Browser) -> int:
    """Return the plan's latest version number."""
    versions = idris.get("/my/plan/versions").links(r"/my/plan/versions/\d+")
    return max(int(each.rpartition("/")[2]) for each in versions)


def _changes(idris: Browser, page: str) -> bool:
    """Reword one plan item, and return whether the change was saved."""
    item = idris.get(page)
    form = {"seen": item.field("seen"), "words": ALIKE}
    return idris.post(page, form, token=item.field("csrf_token"), follow=False).status == 303
