"""What typed text may contain. All normalisation of text happens here."""

import re
import unicodedata
from typing import Literal

from companion.domain.refusals import Problem, Rejected

# Control characters carry no meaning, and PostgreSQL, print and screen readers handle them differently.
# Format characters (joiners in emoji, right-to-left marks) belong to real writing and stay.
_KEPT_CONTROLS = {"\n", "\t"}
_TURNING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
"""Characters that change the direction of everything after them. Marks such as U+200F don't."""
_PLAIN = re.compile(r"[\t\n -~\u00a0-\u02ff\u2010-\u2027]*")
"""Nearly every text: Western European letters with nothing hidden."""
MOST_MARKS = 8
"""Most accents and vowel signs on one letter. No language needs more, and many more would cover
other words on a page.
"""
MOST_IN_A_ROW = 30
"""Most combining characters in a row (Unicode annex 15): sorting them takes quadratic time."""
SHRINKS = 4
"""Most characters that composition turns into one."""


def _combining() -> str:
    """Return every character that composing or folding may move past its neighbours."""
    return "".join(filter(_moves, map(chr, range(0x300, 0x20000))))


def _moves(character: str) -> bool:
    parts = unicodedata.normalize("NFKD", character) if unicodedata.decomposition(character) else character
    return bool(unicodedata.combining(parts[0]))


_COMBINING = _combining()
_NONE_COMBINING = re.compile(f"[^{_COMBINING}]*+")
_TOO_MANY = re.compile(f"([{_COMBINING}]{{{MOST_IN_A_ROW}}})[{_COMBINING}]++")


def stream_safe(text: str) -> str:
    """Return the text without combining characters beyond thirty in a row. No language has words with so many."""
    return text if _NONE_COMBINING.fullmatch(text) else _TOO_MANY.sub(r"\1", text)


def composed(text: str, form: Literal["NFC", "NFKC", "NFKD"] = "NFC") -> str:
    """Return the text in a Unicode normal form, in linear time."""
    return stream_safe(unicodedata.normalize(form, stream_safe(text)))  # one character can become several


def tidy(text: str) -> str:
    r"""Return the text with ``\n`` line ends, composed (NFC), trimmed, and without direction overrides."""
    return composed(_in_lines(text))


def _in_lines(text: str) -> str:
    return without_turning(text).replace("\r\n", "\n").replace("\r", "\n").strip()


def without_turning(text: str) -> str:
    """Return the text without the invisible characters that reverse the words after them."""
    return text.translate(_TURNING)


def without_hidden(text: str) -> str:
    """Return the text without control characters, noncharacters and excess marks on a letter."""
    if _PLAIN.fullmatch(text):  # 200 times as quick, and a page shows hundreds of texts
        return text
    kept, marks = [], 0
    for character in text:
        category = unicodedata.category(character)
        if category in {"Mn", "Me"}:
            marks += 1
        elif category != "Cf":  # joiners between marks keep them on their letter
            marks = 0
        shown = character in _KEPT_CONTROLS or not (category in {"Cc", "Cs"} or _never(character))
        if shown and marks <= MOST_MARKS:
            kept.append(character)
    return "".join(kept)


def _never(character: str) -> bool:
    """Whether this is a Unicode noncharacter, which HTML also forbids."""
    number = ord(character)
    return number & 0xFFFE == 0xFFFE or 0xFDD0 <= number <= 0xFDEF


def clean(text: str, most: int, field: str, *, required: bool = True) -> str:
    """Return a typed text, checked and tidied. Lengths are in characters (code points).

    Raise ``Rejected`` with ``empty``, ``hidden_characters`` or ``too_long``. A text that is too long however it is
    composed isn't examined further.
    """
    typed = _in_lines(text)
    if len(typed) > SHRINKS * most:
        raise Rejected(_too_long(len(typed), most, field))
    tidied = composed(typed)
    if without_hidden(tidied) != tidied or stream_safe(typed) != typed:
        raise Rejected(Problem("hidden_characters", field=field))
    if required and not any(unicodedata.category(c) not in {"Cf", "Zs"} for c in tidied):
        raise Rejected(Problem("empty", field=field))
    if len(tidied) > most:
        raise Rejected(_too_long(len(tidied), most, field))
    return tidied


def _too_long(long: int, most: int, field: str) -> Problem:
    return Problem("too_long", {"most": most, "long": long, "over": long - most}, field)


def clean_line(text: str, most: int, field: str, *, required: bool = True) -> str:
    """Return ``clean`` text on one line. Raise ``Rejected``, including for ``one_line``."""
    tidied = clean(text, most, field, required=required)
    if "\n" in tidied:
        raise Rejected(Problem("one_line", field=field))
    return tidied
