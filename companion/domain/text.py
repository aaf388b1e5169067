"""What may stand in a text that a person typed. Nothing else normalises one."""

import re
import unicodedata
from typing import Literal

from companion.domain.refusals import Problem, Rejected

# Control characters carry no word, and PostgreSQL, print and screen readers disagree about them.
# Format characters (joiners in emoji, right-to-left marks) belong to real writing and stay.
_KEPT_CONTROLS = {"\n", "\t"}
_TURNING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
"""What turns all that follows, beyond the words themselves. Marks such as U+200F do not."""
_PLAIN = re.compile(r"[\t\n -~\u00a0-\u02ff\u2010-\u2027]*")
"""What nearly every text is: letters of western Europe, with nothing among them that is not to be shown."""
MOST_MARKS = 8
"""Accents and vowel signs on one letter; no language needs more, and many more stand over other words of a page."""
MOST_IN_A_ROW = 30
"""Combining characters one after another (Unicode annex 15): putting them in order costs the square of their number."""
SHRINKS = 4
"""Characters at most that composing makes one of."""


def _combining() -> str:
    """Every character that composing, or folding, may move past its neighbours."""
    return "".join(filter(_moves, map(chr, range(0x300, 0x20000))))


def _moves(character: str) -> bool:
    parts = unicodedata.normalize("NFKD", character) if unicodedata.decomposition(character) else character
    return bool(unicodedata.combining(parts[0]))


_COMBINING = _combining()
_NONE_COMBINING = re.compile(f"[^{_COMBINING}]*+")
_TOO_MANY = re.compile(f"([{_COMBINING}]{{{MOST_IN_A_ROW}}})[{_COMBINING}]++")


def stream_safe(text: str) -> str:
    """The text without the combining characters that follow thirty others. No word of any language has so many."""
    return text if _NONE_COMBINING.fullmatch(text) else _TOO_MANY.sub(r"\1", text)


def composed(text: str, form: Literal["NFC", "NFKC", "NFKD"] = "NFC") -> str:
    """The text in a normal form of Unicode, in a time that grows with its length and no faster."""
    return stream_safe(unicodedata.normalize(form, stream_safe(text)))  # one character can become several


def tidy(text: str) -> str:
    """Line ends as ``\\n``, characters composed (NFC), no white space around, nothing that turns what follows."""
    return composed(_in_lines(text))


def _in_lines(text: str) -> str:
    return without_turning(text).replace("\r\n", "\n").replace("\r", "\n").strip()


def without_turning(text: str) -> str:
    """The text without the characters, never seen, that turn the words after it around."""
    return text.translate(_TURNING)


def without_hidden(text: str) -> str:
    """The text without control characters, what is no character, and the marks on a letter that are too many."""
    if _PLAIN.fullmatch(text):  # 200 times as quick, and a page shows hundreds of texts
        return text
    kept, marks = [], 0
    for character in text:
        category = unicodedata.category(character)
        if category in {"Mn", "Me"}:
            marks += 1
        elif category != "Cf":  # joiners between marks leave them on their letter
            marks = 0
        shown = character in _KEPT_CONTROLS or not (category in {"Cc", "Cs"} or _never(character))
        if shown and marks <= MOST_MARKS:
            kept.append(character)
    return "".join(kept)


def _never(character: str) -> bool:
    """Whether this will never be a character (Unicode, noncharacters); HTML forbids it as well."""
    number = ord(character)
    return number & 0xFFFE == 0xFFFE or 0xFDD0 <= number <= 0xFDEF


def clean(text: str, most: int, field: str, *, required: bool = True) -> str:
    """Check a typed text and return it tidied. Lengths are in characters (code points).

    Raises ``Rejected`` with ``empty``, ``hidden_characters`` or ``too_long``. A text that is too long however it is
    composed is not looked at further.
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
    """``clean``, for what has to fit on one line. Raises ``Rejected``, with ``one_line`` too."""
    tidied = clean(text, most, field, required=required)
    if "\n" in tidied:
        raise Rejected(Problem("one_line", field=field))
    return tidied
