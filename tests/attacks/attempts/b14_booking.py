"""A practitioner books two participants for the same time, in two windows at once.

Companion warns a practitioner who is already booked at that time. If two bookings for one practitioner arrive
at once, at least one page must warn of the clash.
"""

from datetime import timedelta
from functools import partial

from tests.attacks.acts import enrolment_of, new_id
from tests.attacks.client import Answer, Browser
from tests.attacks.judging import Seen, at_once
from tests.attacks.places import EVERYWHERE, Place, moment

PLACES = EVERYWHERE
TRIES = 12


def attack(place: Place) -> Seen:
    priya = place.person("Priya")
    both = [enrolment_of(priya, name) for name in ("Sam", "Owen")]
    tokens = [priya.token(f"/participants/{each}") for each in both]
    monday = moment() + timedelta(days=60 - moment().weekday())
    unsaid, told = 0, 0
    for number in range(TRIES):
        day = monday + timedelta(days=7 * (number // 4) + number % 4)
        answers = at_once(
            [
                partial(_books, priya, each, token, f"{day:%Y-%m-%d}")
                for each, token in zip(both, tokens, strict=True)
            ]
        )
        unsaid += all(each.status == 303 for each in answers)
        told += sorted(each.status for each in answers) == [303, 422]
    seen = f"both were booked without a word in {unsaid} of {TRIES} tries; one was told in {told}"
    return Seen(not unsaid and bool(told), seen)


def _books(priya: Browser, enrolment: str, token: str, day: str) -> Answer:
    form = {
        "once": new_id(),
        "kind": "additional_session",
        "day": day,
        "time": "11:00",
        "site": "epsom",
        "length": "",
    }
    return priya.copy().post(f"/participants/{enrolment}/appointments", form, token=token, follow=False)
