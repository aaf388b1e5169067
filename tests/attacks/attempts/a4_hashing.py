"""A participant sends two dozen requests at once to change a passphrase.

At the same time, somebody else sends two dozen requests to join. Companion hashes a passphrase for each
attempt. Other people must still be able to sign in.
"""

from collections.abc import Callable
from functools import partial

from tests.attacks.acts import acknowledges, opens
from tests.attacks.client import Answer, Browser
from tests.attacks.judging import Seen, at_once, statuses
from tests.attacks.places import EVERYWHERE, Place

PLACES = EVERYWHERE
AT_ONCE, OTHERS, ROUNDS = 24, 8, 3
KEPT_OUT = 6
"""At most this many innocent people may be told to try again later."""


def attack(place: Place) -> Seen:
    graham, kit = place.signs_in("Graham"), place.stranger()
    if not opens(kit, place.accounts["Kit"]["joining_code"]):
        raise RuntimeError("the slip opens nothing")
    acknowledges(kit)
    alone = _round(place, None, "")
    joining = _rounds(place, kit, "/join/account")
    changes = _rounds(place, graham, "/account/signing-in/passphrase")
    seen = f"alone {len(alone)} of {OTHERS} are kept out; {joining.what}; {changes.what}"
    return Seen(changes.held and joining.held, seen)


def _rounds(place: Place, attacker: Browser, path: str) -> Seen:
    token, tried, out = attacker.token(path), list[Answer](), list[Answer]()
    for _ in range(ROUNDS):
        out += _round(place, attacker, path, token, tried)
    seen = (
        f"{AT_ONCE} × POST {path} at once ({statuses(tried)}) kept {len(out)} of {OTHERS * ROUNDS} others out"
    )
    return Seen(len(out) <= KEPT_OUT, seen)


def _round(
    place: Place, attacker: Browser | None, path: str, token: str = "", tried: list[Answer] | None = None
) -> list[Answer]:
    """Return the "try again later" responses that innocent people got."""
    form = {
        "sign_in_name": "sam",
        "passphrase": place.accounts["Graham"]["passphrase"],
    }  # the form changes nothing, because the passphrase that was sent is the current one
    others = [place.stranger() for _ in range(OTHERS)]
    tokens = [each.token("/sign-in") for each in others]

    def tries() -> Answer:
        assert attacker
        return attacker.copy().post(path, form, token=token, follow=False)

    def signs_in(number: int) -> Answer:
        typed = {"sign_in_name": f"nobody-{number}", "passphrase": "not a passphrase of anybody"}
        return others[number].post("/sign-in", typed, token=tokens[number], follow=False)

    many = AT_ONCE if attacker else 0
    acts: list[Callable[[], Answer]] = [
        *[tries] * many,
        *(partial(signs_in, number) for number in range(OTHERS)),
    ]
    done = at_once(acts)
    if tried is not None:
        tried += done[:many]
    return [each for each in done[many:] if each.status != 422]
