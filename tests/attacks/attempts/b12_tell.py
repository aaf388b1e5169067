"""Somebody types an urgent message on a locked page, unlocks the page and sends the message.

Somebody else who uses the device later searches it for the message. The message must not be readable in the
cookie or in a database table.
"""

import json

from tests.attacks.acts import new_id, sql, time_passes
from tests.attacks.judging import Seen
from tests.attacks.places import EVERYWHERE, Place

PLACES = EVERYWHERE
IDLE_MINUTES = 17
WORDS = "There is a child in danger, and I have to say so."


def attack(place: Place) -> Seen:
    sam = place.signs_in("Sam")
    page = sam.get("/my/tell")
    form = {"page": "/my/tell", "once": new_id(), "words": WORDS}
    time_passes(place, sam, minutes=IDLE_MINUTES)
    held = sam.post("/my/tell", form, token=page.field("csrf_token"), follow=False)
    found = [f"while it was held: {each}" for each in _traces(place, sam.cookie_says())]
    place.signs_in("Sam", sam)
    again = sam.get("/my/tell")
    told = sam.post("/my/tell", {**form, "words": WORDS}, token=again.field("csrf_token"), follow=False)
    if WORDS not in again and held.status not in (200, 303):
        return Seen(False, f"what was told was lost: {held.status}")
    if told.status != 200:
        return Seen(False, f"the worry was not taken: {told.status}")
    found += [f"after it was sent: {each}" for each in _traces(place, sam.cookie_says())]
    return Seen(not found, "; ".join(found) or "neither the cookie nor the table says that anything was told")


def _traces(place: Place, cookie: dict[str, object]) -> list[str]:
    rows = [str(page) for (page,) in sql(place, "SELECT page FROM held_forms")]
    return [
        *(["the cookie names the page"] if "tell" in json.dumps(cookie) else []),
        *([f"held_forms.page is {page}" for page in rows if "tell" in page]),
    ]
