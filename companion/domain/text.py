"""Check and normalise typed text."""

import functools
import re
import unicodedata
from typing import Literal

from companion.domain.refusals import Problem, Rejected

# Remove control characters, because they have no meaning in people's text.
# Allow format characters, such as the joiners in emoji and right-to-left marks.
_KEPT_CONTROLS = {"\n", "\t"}
_TURNING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
"""Characters that change the direction of all the following text."""
_PLAIN = re.compile(r"[\t\n -~\u00a0-\u02ff\u2010-\u2027]*")
"""A pattern for text with only Western European letters, digits and punctuation marks."""
MOST_MARKS = 8
"""The maximum number of accents and vowel signs on a letter. No language needs more than eight marks on a
letter. More than eight accents or vowel signs on one letter would cover other words on the page.
"""
MOST_IN_A_ROW = 30
"""The maximum number of combining characters in a row (Unicode annex 15). Sorting combining characters takes
quadratic time, so limit how many there are.
"""
SHRINKS = 4
"""Unicode's composed form (NFC) merges at most this many characters into one."""


@functools.cache
def _combining() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return two regular expressions: one for text without combining characters, and one for too many
    combining characters in a row.

    The two regular expressions are compiled on first use, because finding all combining characters in Unicode
    takes 20 ms.
    """
    combining = "".join(filter(_moves, map(chr, range(0x300, 0x20000))))
    too_many = f"([{combining}]{{{MOST_IN_A_ROW}}})[{combining}]++"
    return re.compile(f"[^{combining}]*+"), re.compile(too_many)


def _moves(character: str) -> bool:
    parts = unicodedata.normalize("NFKD", character) if unicodedata.decomposition(character) else character
    return bool(unicodedata.combining(parts[0]))


def stream_safe(text: str) -> str:
    """Return the text with at most thirty combining characters in a row."""
    if _PLAIN.fullmatch(text):
        return text
    none_combining, too_many = _combining()
    return text if none_combining.fullmatch(text) else too_many.sub(r"\1", text)


def composed(text: str, form: Literal["NFC", "NFKC", "NFKD"] = "NFC") -> str:
    """Return the text in a Unicode normal form, in linear time."""
    return stream_safe(unicodedata.normalize(form, stream_safe(text)))  # one character can become several


def tidy(text: str) -> str:
    r"""Return the text with ``\n`` line endings, in NFC, trimmed, and without direction overrides."""
    return composed(_in_lines(text))


def _in_lines(text: str) -> str:
    return without_turning(text).replace("\r\n", "\n").replace("\r", "\n").strip()


def without_turning(text: str) -> str:
    """Return the text without invisible characters that change the text direction."""
    return text.translate(_TURNING)


def without_hidden(text: str) -> str:
    """Return the text without control characters, surrogates, noncharacters and excess marks on a letter."""
    if _PLAIN.fullmatch(text):  # this check is 200 times faster, and some pages show hundreds of strings
        return text
    kept, marks = [], 0
    for character in text:
        category = unicodedata.category(character)
        if category in {"Mn", "Me"}:
            marks += 1
        elif category != "Cf":  # marks with a joiner between them belong to one letter
            marks = 0
        shown = character in _KEPT_CONTROLS or not (category in {"Cc", "Cs"} or _never(character))
        if shown and marks <= MOST_MARKS:
            kept.append(character)
    return "".join(kept)


def _never(character: str) -> bool:
    """Return whether the character is a Unicode noncharacter. HTML forbids noncharacters."""
    number = ord(character)
    return number & 0xFFFE == 0xFFFE or 0xFDD0 <= number <= 0xFDEF


def clean(text: str, most: int, field: str, *, required: bool = True) -> str:
    """Check typed text, normalise it with ``tidy``, and return the result.

    Raise ``Rejected`` with ``empty``, ``hidden_characters`` or ``too_long``. Lengths are in code points. If
    the text is so long that normalising can't make it short enough, nothing else is checked.
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
    """Like ``clean``, but for a single line of typed text.

    Raise the same errors as ``clean``. If the text has several lines, raise ``Rejected`` with the problem
    ``one_line``.
    """
    tidied = clean(text, most, field, required=required)
    if "\n" in tidied:
        raise Rejected(Problem("one_line", field=field))
    return tidied
