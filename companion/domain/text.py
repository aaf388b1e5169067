"""What may stand in a text that a person typed."""

import unicodedata

from companion.domain.refusals import Problem, Rejected

# Control characters carry no word, and PostgreSQL, print and screen readers disagree about them.
# Format characters (joiners in emoji, right-to-left marks) belong to real writing and stay.
_KEPT_CONTROLS = {"\n", "\t"}


def tidy(text: str) -> str:
    """Line ends as ``\\n``, characters composed (NFC), no white space around."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def without_hidden(text: str) -> str:
    """The text without control characters, lone surrogates and what was never a character."""
    return "".join(c for c in text if c in _KEPT_CONTROLS or not _hidden(c))


def _hidden(character: str) -> bool:
    number = ord(character)
    never = number & 0xFFFE == 0xFFFE or 0xFDD0 <= number <= 0xFDEF  # HTML forbids these as well
    return never or unicodedata.category(character) in {"Cc", "Cs"}


def clean(text: str, most: int, field: str, *, required: bool = True) -> str:
    """Check a typed text and return it tidied. Lengths are in characters (code points).

    Raises ``Rejected`` with ``empty``, ``hidden_characters`` or ``too_long``.
    """
    tidied = tidy(text)
    visible = without_hidden(tidied)
    if visible != tidied:
        raise Rejected(Problem("hidden_characters", field=field))
    if required and not any(unicodedata.category(c) not in {"Cf", "Zs"} for c in tidied):
        raise Rejected(Problem("empty", field=field))
    if len(tidied) > most:
        raise Rejected(
            Problem("too_long", {"most": most, "long": len(tidied), "over": len(tidied) - most}, field)
        )
    return tidied


def clean_line(text: str, most: int, field: str, *, required: bool = True) -> str:
    """``clean``, for what has to fit on one line. Raises ``Rejected``, with ``one_line`` too."""
    tidied = clean(text, most, field, required=required)
    if "\n" in tidied:
        raise Rejected(Problem("one_line", field=field))
    return tidied
