"""A participant saves 120 drafts of 90 KB each. The drafts are for questions and items that don't exist.

The portal must refuse drafts for nonexistent questions, and drafts beyond the quota. The portal must still
store the current question's draft.
"""

from tests.attacks.acts import sets, sql
from tests.attacks.judging import Seen, statuses
from tests.attacks.places import EVERYWHERE, Place

PLACES = EVERYWHERE
DRAFTS, SIZE = 120, 90_000
MOST = 4_000_000
"""The quota for one person's drafts, in bytes."""


def attack(place: Place) -> Seen:
    idris = place.person("Idris")
    work = sets(place.person("Daniel"), idris, "Idris", "People who help")
    token, before = idris.token(work), _kept(place)
    answers = []
    for number in range(DRAFTS):
        form = {
            "prompt": f"ask-for.{number:010x}",
            "then": "typing",
            "seen": 0,
            "draft_seen": 0,
            "tab": "one",
            "answer": "a" * SIZE,
        }
        answers.append(idris.post(f"{work}/draft", form, token=token, follow=False))
    kept = _kept(place) - before
    own = {
        "prompt": "people",
        "then": "typing",
        "seen": 0,
        "draft_seen": 0,
        "tab": "one",
        "answer": "My brother",
    }
    real = idris.post(f"{work}/draft", own, token=token, follow=False)
    seen = f"{DRAFTS} drafts of {SIZE:,} bytes ({statuses(answers)}): {kept:,} bytes are kept; his own: {real.status}"
    return Seen(kept <= MOST and real.status == 200 and all(each.status < 500 for each in answers), seen)


def _kept(place: Place) -> int:
    """Return the total size of all stored drafts of answers, in bytes."""
    return int(sql(place, "SELECT coalesce(sum(length(typed)), 0) FROM drafts")[0][0])
