"""A participant's script rewords a plan item, and reports a worry, thousands of times.

Companion must rate-limit every action that could create endless rows. However many worries the participant
reports, Companion must accept each of them.
"""

from functools import partial

from companion.store.rate_limits import LIMITS
from tests.attacks.acts import ID, new_id
from tests.attacks.client import Answer, Browser
from tests.attacks.judging import Seen, at_once, statuses
from tests.attacks.places import EVERYWHERE, Place

PLACES = EVERYWHERE
MOST, WORRIES, AT_ONCE = LIMITS["act.account"], 40, 8
TOO_MANY = 429


def attack(place: Place) -> Seen:
    owen = place.person("Owen")
    form = {"once": new_id(), "part": "good", "words": "A walk"}
    added = owen.post("/my/plan/add", form, of="/my/plan/add?part=good")
    changes = _changes(owen, added.link(rf"/my/plan/items/{ID}"))
    token, told = owen.token("/my/tell"), list[Answer]()
    for _ in range(0, WORRIES, AT_ONCE):
        told += at_once([partial(_tells, owen, token)] * AT_ONCE)
    heard = sum(each.status == 200 for each in told)
    seen = f"changes of the plan: {statuses(changes)}; {heard} of {WORRIES} worries were taken"
    return Seen(changes[-1].status == TOO_MANY and heard == WORRIES, seen)


def _changes(owen: Browser, item: str) -> list[Answer]:
    """Keep rewording a plan item until the portal refuses, or at most ``MOST`` + 1 times."""
    page, answers = owen.get(item), list[Answer]()
    seen, token = int(page.field("seen")), page.field("csrf_token")
    for number in range(MOST + 1):
        form = {"seen": seen, "words": f"A walk of {number} miles"}
        answers.append(owen.post(item, form, token=token, follow=False))
        if answers[-1].status == TOO_MANY:
            break
        seen += answers[-1].status == 303
    return answers


def _tells(owen: Browser, token: str) -> Answer:
    form = {"once": new_id(), "words": "There is something."}
    return owen.copy().post("/my/tell", form, token=token, follow=False)
