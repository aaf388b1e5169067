"""The roles, and the rules for names, passphrases and codes."""

import re
import secrets
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from companion.domain.breached_passphrases import is_breached
from companion.domain.refusals import Problem, Rejected
from companion.domain.text import clean, clean_line, composed


class Role(StrEnum):
    """The roles."""

    PARTICIPANT = "participant"
    PRACTITIONER = "practitioner"
    LEAD = "lead"
    ADMINISTRATOR = "administrator"

    @property
    def staff(self) -> bool:
        """True for every role except participant."""
        return self is not Role.PARTICIPANT


@dataclass(frozen=True)
class Viewer:
    """The signed-in person who is acting."""

    account_id: UUID
    role: Role
    name: str
    language: str = "en"
    shift_leaves: bool = True
    """True if pressing Shift three times leaves the site."""


@dataclass(frozen=True)
class Credentials:
    """A typed sign-in name and passphrase."""

    sign_in_name: str
    passphrase: str


NAME_MOST = 80
SIGN_IN_NAME_LEAST, SIGN_IN_NAME_MOST = 3, 40
PASSPHRASE_LEAST, PASSPHRASE_MOST = 15, 128
"""The minimum and maximum number of characters in a passphrase. Hashing a very long passphrase would block
the server.
"""
ZXCVBN_MOST = 72
"""The maximum number of characters that zxcvbn accepts."""
STRENGTH_LEAST = 3
"""The lowest accepted zxcvbn score, from 0 to 4. A passphrase with a zxcvbn score of 3 is moderately safe,
even from an attacker who has copied its hash, because the hash is slow to compute.
"""
TYPED_MOST = 400
"""Companion reads at most this many characters of a typed sign-in name, agreed word or code, and ignores the
rest. Case-folding a very long text would take seconds.
"""
OWN_WORDS = (
    "companion",
    "participant",
    "practitioner",
    "passphrase",
    "helpline",
    "lucy faithfull",
    "stop it now",
)
"""Words about Companion and its service, which are easy to guess in a passphrase."""
EMAIL_MOST = 254
"""The maximum number of characters in an email address (RFC 5321)."""


def called(text: str, field: str = "name") -> str:
    """Clean and return the name that somebody wants to be called by.

    Raise ``Rejected`` if the name isn't valid.
    """
    return clean_line(text, NAME_MOST, field)


def email_address(text: str, field: str = "email") -> str:
    """Clean and return an email address for notices.

    Email addresses must follow the rules of the HTML standard, and have a dot after the ``@``. Raise
    ``Rejected`` if the address isn't valid.
    """
    address = clean_line(text, EMAIL_MOST, field)
    if not re.fullmatch(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", address):
        raise Rejected(Problem("bad_email", field=field))
    return address


def folded(text: str) -> str:
    """Normalise the case, the character width and the white space of a sign-in name or agreed word."""
    return " ".join(composed(text[:TYPED_MOST], "NFKC").casefold().split())


def typed_sign_in_name(text: str, field: str = "sign_in_name") -> str:
    """Clean and return a sign-in name, without changing its capital letters. Raise ``Rejected`` if the name
    isn't valid.
    """
    name = clean(text, SIGN_IN_NAME_MOST, field)
    if len(folded(name)) < SIGN_IN_NAME_LEAST:
        raise Rejected(Problem("too_short", {"least": SIGN_IN_NAME_LEAST}, field))
    if "\n" in name or "\t" in name:
        raise Rejected(Problem("one_line", field=field))
    return name


def typed_passphrase(text: str, about: list[str], field: str = "passphrase") -> str:
    """Return a new passphrase exactly as typed. Raise ``Rejected`` if the passphrase breaks a rule.

    A passphrase must have 15 to 128 characters, must be hard to guess according to zxcvbn, and must not be in
    a known breach. A passphrase may contain any characters except hidden ones. Words in the list ``about``,
    such as the person's own name, don't make a passphrase any stronger.
    """
    if len(text) < PASSPHRASE_LEAST:
        raise Rejected(Problem("passphrase_short", {"least": PASSPHRASE_LEAST, "long": len(text)}, field))
    if len(text) > PASSPHRASE_MOST:
        raise Rejected(Problem("passphrase_long", {"most": PASSPHRASE_MOST, "long": len(text)}, field))
    clean(text, PASSPHRASE_MOST, field)
    own = "|".join(word.replace(" ", r"\s*") for word in OWN_WORDS)
    judged = re.sub(own, "", text, flags=re.IGNORECASE)[:ZXCVBN_MOST]
    from zxcvbn import zxcvbn  # imported here: zxcvbn's word lists take 10 MB

    if not judged or zxcvbn(judged, user_inputs=about)["score"] < STRENGTH_LEAST:
        raise Rejected(Problem("passphrase_weak", field=field))
    if is_breached(text):
        raise Rejected(Problem("passphrase_breached", field=field))
    return text


_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_CODE_CHARACTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""The characters that Companion uses in single-use codes. Codes leave out 0, 1, I, L, O and U, which are
easily misread.
"""


def new_reference() -> str:
    """Return a random reference for a participant, such as ``K7-402``."""
    return f"{secrets.choice(_LETTERS)}{secrets.randbelow(10)}-{secrets.randbelow(1000):03d}"


def typed_reference(text: str) -> str:
    """Return a typed reference, such as ``k7 402``, in the stored format.

    Return an empty string if the reference isn't valid.
    """
    found = re.fullmatch(r"([A-Z][0-9])([0-9]{3})", typed_code(text))
    return f"{found[1]}-{found[2]}" if found else ""


def new_code(groups: int = 3) -> str:
    """Return a random single-use code in groups of four characters. Each group of characters in the code has
    about 20 random bits.
    """
    return "-".join("".join(secrets.choice(_CODE_CHARACTERS) for _ in range(4)) for _ in range(groups))


def typed_code(text: str) -> str:
    """Return a typed code in capitals, without dashes and spaces."""
    return "".join(c for c in composed(text[:TYPED_MOST], "NFKC").upper() if c.isalnum())
