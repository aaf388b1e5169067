"""Two participants each send a form, and both forms have the same form id.

Companion processes a form only once, even if somebody sends it twice. Even if two people send the same form
id, neither of them may get an error.
"""

from collections.abc import Callable
from functools import partial

from tests.attacks.acts import enrolment_of, new_id
from tests.attacks.client import Answer, Browser
from tests.attacks.judging import Seen
from tests.attacks.places import EVERYWHERE, Place

PLACES = EVERYWHERE
OWN = {
    "/my/plan/add": {"part": "good", "words": "Walking by the river"},
    "/my/plan/build/good": {"words": "Reading in the evening"},
    "/my/messages": {"words": "See you on Monday."},
    "/my/tell": {"words": "There is something."},
    "/my/held/corrections": {"wrong": "My name.", "should": "Another one."},
}
"""The forms that participants send, keyed by path."""
FORMS_AT = {"/my/plan/add": "/my/plan/add?part=good", "/my/held/corrections": "/my/held"}
"""The path of the form's page, if the form posts to a different path."""
THEIRS = {
    "notes": {"words": "Looked well."},
    "messages": {"words": "See you soon."},
    "concerns/new": {"words": "A worry."},
}
"""The forms that practitioners send about their participants."""


def attack(place: Place) -> Seen:
    sam, owen, priya, daniel = (place.person(name) for name in ("Sam", "Owen", "Priya", "Daniel"))
    wrong = []
    for path, form in OWN.items():
        wrong += _twice(path, partial(_sends, sam, path, form), partial(_sends, owen, path, form))
    first, second = (
        f"/participants/{enrolment_of(*whose)}" for whose in ((priya, "Owen"), (daniel, "Idris"))
    )
    for page, form in THEIRS.items():
        wrong += _twice(
            page,
            partial(_sends, priya, f"{first}/{page}", form),
            partial(_sends, daniel, f"{second}/{page}", form),
        )
    return Seen(not wrong, f"{len(OWN) + len(THEIRS)} acts: {'; '.join(wrong) or 'none broke'}")


def _twice(what: str, one: Callable[[str], Answer], other: Callable[[str], Answer]) -> list[str]:
    """Let two people each send a form with the same form id, and return a description of each failure."""
    once = new_id()
    answers = [one(once), other(once)]
    broke = any(each.status >= 500 or each.status < 0 for each in answers)
    return [f"POST {what}: {answers[0].status}, then {answers[1].status}"] if broke else []


def _sends(who: Browser, path: str, form: dict[str, str], once: str) -> Answer:
    return who.post(path, {"once": once, **form}, of=FORMS_AT.get(path, path), follow=False)
