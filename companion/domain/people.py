"""The four roles, who is acting, and the rules for names, passphrases and codes."""

import re
import secrets
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from companion.domain.breached_passphrases import is_breached
from companion.domain.refusals import Problem, Rejected
from companion.domain.text import clean, clean_line, composed


class Role(StrEnum):
    """An account has exactly one."""

    PARTICIPANT = "participant"
    PRACTITIONER = "practitioner"
    LEAD = "lead"
    ADMINISTRATOR = "administrator"

    @property
    def staff(self) -> bool:
        """Staff always need a second sign-in step."""
        return self is not Role.PARTICIPANT


@dataclass(frozen=True)
class Viewer:
    """The person acting. Everything is fetched through a viewer."""

    account_id: UUID
    role: Role
    name: str
    language: str = "en"
    shift_leaves: bool = True
    """Whether pressing Shift three times leaves the site."""


@dataclass(frozen=True)
class Credentials:
    """A name and passphrase for signing in, as typed."""

    sign_in_name: str
    passphrase: str


NAME_MOST = 80
SIGN_IN_NAME_LEAST, SIGN_IN_NAME_MOST = 3, 40
PASSPHRASE_LEAST, PASSPHRASE_MOST = 15, 128
"""In characters. Capped, because hashing a very long text would stall a server."""
ZXCVBN_MOST = 72
"""zxcvbn raises an error above this length; further characters can't weaken what it judged."""
STRENGTH_LEAST = 3
"""zxcvbn's score, 0 to 4: 3 withstands an offline attack on a slow hash."""
TYPED_MOST = 400
"""Most characters looked at of a name, word or code: longer than any. Case-folding a very long text takes seconds."""
OWN_WORDS = (
    "companion",
    "participant",
    "practitioner",
    "passphrase",
    "helpline",
    "lucy faithfull",
    "stop it now",
)
"""This service's own words, which don't make a passphrase stronger: it is judged without them."""
EMAIL_MOST = 254
"""Most characters in an email address (RFC 5321)."""


def called(text: str, field: str = "name") -> str:
    """Return the name to call somebody by. Raise ``Rejected``."""
    return clean_line(text, NAME_MOST, field)


def email_address(text: str, field: str = "email") -> str:
    """Return an address for notices, with the rules of browsers (the HTML standard). Raise ``Rejected``."""
    address = clean_line(text, EMAIL_MOST, field)
    if not re.fullmatch(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", address):
        raise Rejected(Problem("bad_email", field=field))
    return address


def folded(text: str) -> str:
    """Return a sign-in name or agreed word for comparison, ignoring case, width and white space."""
    return " ".join(composed(text[:TYPED_MOST], "NFKC").casefold().split())


def typed_sign_in_name(text: str, field: str = "sign_in_name") -> str:
    """Return a sign-in name as its owner writes it. Raise ``Rejected``."""
    name = clean(text, SIGN_IN_NAME_MOST, field)
    if len(folded(name)) < SIGN_IN_NAME_LEAST:
        raise Rejected(Problem("too_short", {"least": SIGN_IN_NAME_LEAST}, field))
    if "\n" in name or "\t" in name:
        raise Rejected(Problem("one_line", field=field))
    return name


def typed_passphrase(text: str, about: list[str], field: str = "passphrase") -> str:
    """Return a new passphrase exactly as typed. ``about`` are words that don't strengthen it, such as the owner's
    names.

    It needs 15 characters or more, zxcvbn's approval, and must not be on the list of breaches; there are no
    composition rules. Raise ``Rejected``.
    """
    if len(text) < PASSPHRASE_LEAST:
        raise Rejected(Problem("passphrase_short", {"least": PASSPHRASE_LEAST, "long": len(text)}, field))
    if len(text) > PASSPHRASE_MOST:
        raise Rejected(Problem("passphrase_long", {"most": PASSPHRASE_MOST, "long": len(text)}, field))
    clean(text, PASSPHRASE_MOST, field)
    own = "|".join(word.replace(" ", r"\s*") for word in OWN_WORDS)
    judged = re.sub(own, "", text, flags=re.IGNORECASE)[:ZXCVBN_MOST]
    from zxcvbn import zxcvbn  # its lists take 10 MB and are rarely needed

    if not judged or zxcvbn(judged, user_inputs=about)["score"] < STRENGTH_LEAST:
        raise Rejected(Problem("passphrase_weak", field=field))
    if is_breached(text):
        raise Rejected(Problem("passphrase_breached", field=field))
    return text


_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_CODE_CHARACTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without 0, 1, I, L, O and U, which are misread on paper."""


def new_reference() -> str:
    """Return a random reference such as ``K7-402``."""
    return f"{secrets.choice(_LETTERS)}{secrets.randbelow(10)}-{secrets.randbelow(1000):03d}"


def typed_reference(text: str) -> str:
    """Return a reference, however typed (``k7 402``), as it is stored; empty if it can't be one."""
    found = re.fullmatch(r"([A-Z][0-9])([0-9]{3})", typed_code(text))
    return f"{found[1]}-{found[2]}" if found else ""


def new_code(groups: int = 3) -> str:
    """Return a single-use code: groups of four characters, about 20 bits each."""
    return "-".join("".join(secrets.choice(_CODE_CHARACTERS) for _ in range(4)) for _ in range(groups))


def typed_code(text: str) -> str:
    """Return a code for comparison: capitals, no dashes or spaces."""
    return "".join(c for c in composed(text[:TYPED_MOST], "NFKC").upper() if c.isalnum())
