"""A practitioner gives feedback in one window, and raises a concern in another window.

Companion must record the concern, whatever happens to the feedback.
"""

import re
from functools import partial

from tests.attacks.acts import ID, enrolment_of, new_id, sql, work_of
from tests.attacks.client import Answer, Browser
from tests.attacks.judging import Seen, at_once, statuses
from tests.attacks.places import EVERYWHERE, Place

PLACES = EVERYWHERE
ROUNDS = 25


def attack(place: Place) -> Seen:
    priya, sam = place.person("Priya"), place.person("Sam")
    enrolment, before = enrolment_of(priya, "Sam"), _concerns(place)
    raised, answered = [], []
    work = ""
    for _ in range(ROUNDS):
        page = priya.get(_submission(priya, enrolment))
        work = work or work_of(sam, "A week of choices")
        acts = [partial(_returns, priya, page), partial(_raises, priya, enrolment, page)]
        returned, concern = at_once(acts)
        raised.append(concern)
        answered.append(returned)
        # return the work in any case, because the next round needs returned work to answer
        if returned.status != 303:
            _returns(priya, priya.get(page.path))
        check = sam.get(f"{work}/check")
        sam.post(
            f"{work}/submission", {"seen": check.field("seen")}, token=check.field("csrf_token"), follow=False
        )
    kept = _concerns(place) - before
    seen = f"{kept} of {ROUNDS} concerns are there ({statuses(raised)}); returning it: {statuses(answered)}"
    return Seen(kept == ROUNDS and all(each.status < 500 for each in raised + answered), seen)


def _concerns(place: Place) -> int:
    return int(sql(place, "SELECT count(*) FROM concerns")[0][0])


def _submission(priya: Browser, enrolment: str) -> str:
    """Return the URL of the latest submission without feedback."""
    pages = priya.get(f"/participants/{enrolment}").links(rf"/submissions/{ID}")
    for each in pages:
        if f"{each}/return" in priya.get(each).body.decode():
            return each
    raise LookupError("nothing to answer")


def _returns(priya: Browser, page: Answer) -> Answer:
    form = {"seen": page.field("seen"), "words": "Please look at this again."}
    return priya.copy().post(f"{page.path}/return", form, token=page.field("csrf_token"), follow=False)


def _raises(priya: Browser, enrolment: str, page: Answer) -> Answer:
    question = re.search(r"question=([a-z-]+)", page.text)
    form = {
        "once": new_id(),
        "submission": page.path.rpartition("/")[2],
        "question": question[1] if question else "the-week",
        "words": "A worry about a child.",
    }
    path = f"/participants/{enrolment}/concerns/new"
    return priya.copy().post(path, form, token=page.field("csrf_token"), follow=False)
