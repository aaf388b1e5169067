"""A practitioner makes a joining code for a participant who signs in with a passphrase and a second step. The
practitioner then tries to sign in as the participant with this joining code.

With a joining code, a participant who has lost their passphrase can choose a new one. A joining code must not
bypass the second step.
"""

import re
import time

import pyotp

from tests.attacks.acts import WORD, enrolment_of, joins, slip_on
from tests.attacks.judging import Seen
from tests.attacks.places import EVERYWHERE, Place

PLACES = EVERYWHERE
PASSPHRASE = "eleven brass buttons in a drawer"


def attack(place: Place) -> Seen:
    idris, daniel, page = place.signs_in("Idris"), place.person("Daniel"), "/account/signing-in/code"
    key = idris.post(f"{page}/key", {}, of=page)
    secret = re.search(r'class="key">([^<]+)<', key.body.decode())
    if secret is None:
        raise RuntimeError("no key was offered")
    code = pyotp.TOTP("".join(secret[1].split())).at(int(time.time()))
    idris.post(page, {"code": code}, token=key.field("csrf_token"))
    if "/second-factor" not in _signs_in(place, place.accounts["Idris"]["passphrase"]):
        raise RuntimeError("the second step was not set up")
    reset = f"/participants/{enrolment_of(daniel, 'Idris')}/reset"
    form = daniel.get(reset)
    kinds = re.findall(r'<input type="radio"[^>]*name="([^"]+)"[^>]*value="([^"]+)"', form.body.decode())
    lost = dict([each for each in kinds if "passphrase" in each[1]][:1])
    slip = slip_on(daniel.post(reset, {"word": WORD, **lost}, token=form.field("csrf_token")))
    if not slip:
        raise RuntimeError("there was no slip")
    thief = place.stranger()
    joins(thief, slip, "idris", PASSPHRASE)
    inside = thief.get("/my/messages", follow=False).status == 200
    return Seen(
        not inside,
        f"with the slip alone somebody {'read his messages' if inside else 'was asked for the second step'}",
    )


def _signs_in(place: Place, passphrase: str) -> str:
    answer = place.stranger().post(
        "/sign-in", {"sign_in_name": "idris", "passphrase": passphrase}, follow=False
    )
    return answer.headers.get("Location", "")
