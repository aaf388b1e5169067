"""Somebody with a joining code tries many sign-in names to see which exist.

If a sign-in name turns out to exist, this reveals that its owner takes part in the programme. Companion must
limit how often one person can find out that a sign-in name is already taken.
"""

from tests.attacks.acts import acknowledges, opens
from tests.attacks.judging import Seen, statuses
from tests.attacks.places import EVERYWHERE, Place

PLACES = EVERYWHERE
GUESSES, MOST = 40, 12
PASSPHRASE = "seven painted boats beside a pier"


def attack(place: Place) -> Seen:
    kit = place.stranger()
    if not opens(kit, place.accounts["Ross"]["joining_code"]):
        raise RuntimeError("the slip opens nothing")
    acknowledges(kit)
    token, answers = kit.token("/join/account"), []
    for number in range(GUESSES):
        form = {"sign_in_name": ("sam", "owen", "idris")[number % 3], "passphrase": PASSPHRASE}
        answers.append(kit.post("/join/account", form, token=token, follow=False))
    confirmed = sum(each.status == 422 for each in answers)
    return Seen(
        confirmed <= MOST, f"{confirmed} of {GUESSES} taken names were confirmed ({statuses(answers)})"
    )
