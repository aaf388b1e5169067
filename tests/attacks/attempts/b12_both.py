"""Somebody uses a joining code while the account owner changes the passphrase.

At the end, one of the two must be able to sign in: the account's owner or the person with the joining code.
"""

from functools import partial

from tests.attacks.acts import WORD, enrolment_of, opens, slip_on
from tests.attacks.client import Answer, Browser
from tests.attacks.judging import Seen, at_once
from tests.attacks.places import EVERYWHERE, Place

PLACES = EVERYWHERE
ROUNDS = 12


def attack(place: Place) -> Seen:
    daniel, emyr = place.person("Daniel"), place.accounts["Emyr"]
    page = f"/participants/{enrolment_of(daniel, 'Emyr')}/reset"
    name, passphrase = emyr["sign_in_name"], emyr["passphrase"]
    for number in range(ROUNDS):
        owner, holder = place.stranger(), place.stranger()
        _signs_in(owner, name, passphrase)
        if not opens(holder, slip_on(daniel.post(page, {"word": WORD}))):
            raise RuntimeError("the slip opens nothing")
        names = f"emyr {number}", name
        chosen = f"{number} wet towels on a washing line", f"{number} dry stones in a garden wall"
        tokens = holder.token("/join/account"), owner.token("/account/signing-in/passphrase")
        told = at_once(
            [
                partial(_sends, holder, "/join/account", names[0], chosen[0], tokens[0]),
                partial(_sends, owner, "/account/signing-in/passphrase", "", chosen[1], tokens[1]),
            ]
        )
        ways = [*zip(names, chosen, strict=True), (name, passphrase)]
        working = [way for way in ways if _signs_in(place.stranger(), *way)]
        if not working:
            statuses = " and ".join(str(each.status) for each in told)
            return Seen(
                False, f"in round {number + 1} neither gets in any more; they were answered with {statuses}"
            )
        name, passphrase = working[0]
    return Seen(True, f"in {ROUNDS} rounds one of the two got in each time")


def _sends(who: Browser, path: str, name: str, passphrase: str, token: str) -> Answer:
    return who.post(path, {"sign_in_name": name, "passphrase": passphrase}, token=token, follow=False)


def _signs_in(browser: Browser, name: str, passphrase: str) -> bool:
    browser.post("/sign-in", {"sign_in_name": name, "passphrase": passphrase}, follow=False)
    return browser.get("/my/", follow=False).status == 200
