"""Somebody chooses a long passphrase that is on lists of breached passphrases.

The portal must refuse breached passphrases with a kind message. The portal must accept long passphrases that
aren't on lists of breached passphrases.
"""

from tests.attacks.judging import Seen
from tests.attacks.places import EVERYWHERE, Place

PLACES = EVERYWHERE
BREACHED = (
    "correcthorsebatterystaple",
    "thisismypassword",
    "iloveyouforever1",
    "letmeinletmein1",
    "1qaz2wsx3edc4rfv5tgb",
    "mypasswordisstrong",
    "harrypotterandthe",
    "passwordpassword1",
    "nopasswordforyou",
    "ihateyouverymuch",
    "liverpoolfootballclub",
    "manchesterunited1",
)
"""Breached passphrases of at least 15 characters."""


def attack(place: Place) -> Seen:
    graham, page, taken = place.signs_in("Graham"), "/account/signing-in/passphrase", []
    for each in BREACHED:
        answer = graham.post(page, {"passphrase": each}, follow=False)
        if answer.status == 303:
            taken.append(each)
    good = graham.post(page, {"passphrase": place.accounts["Graham"]["passphrase"]}, follow=False)
    seen = f"{len(taken)} of {len(BREACHED)} were taken{': ' if taken else ''}{', '.join(taken)}"
    return Seen(
        not taken and good.status in (303, 429),
        f"{seen}; one that is not breached was answered with {good.status}",
    )
