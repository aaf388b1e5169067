"""Break text into lines for a drawing. SVG can't wrap text.

Only browsers know the exact width of text. To make sure that lines fit into their boxes, Companion usually
overestimates the width of text.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

SIZE = 16.0
"""The font size."""
LEADING = 19.0
"""The distance between the baselines of two lines of text."""
BOLD = 1.12
"""The width of bold letters divided by the width of normal letters."""

# The width of each DejaVu Sans letter, in ems.
# Text that fits in DejaVu Sans also fits in other common system fonts, because their letters are narrower.
_STEPS = {
    **dict.fromkeys(".,:;'‘’|!ijlI ", 0.34),
    **dict.fromkeys('ftrJ()[]-/"“”', 0.45),
    **dict.fromkeys("wABCDEFGHKLNOPQRSTUVXYZ", 0.8),
    **dict.fromkeys("mMW@%—…", 1.0),
}
_JOINER = "\N{ZERO WIDTH JOINER}"


@dataclass(frozen=True)
class Words:
    """Text that has been broken into lines. ``whole`` is False if the text was shortened and ends in an
    ellipsis.
    """

    lines: tuple[str, ...]
    whole: bool


@lru_cache(4096)
def _step(character: str) -> float:
    """Return the width of a character in ems."""
    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0.0
    if unicodedata.east_asian_width(character) in "WF":
        return 1.3
    return _STEPS.get(character, 0.64 if character < "\u0250" else 0.9)


def breadth(text: str) -> float:
    """Return the estimated width of text, in units of the viewBox."""
    return SIZE * sum(map(_step, text))


_SPACE = breadth(" ")


def wrap(text: str, room: float, most: int) -> Words:
    """Break the text into lines that are no wider than ``room``. Shorten the text if it needs more than
    ``most`` lines.
    """
    lines = [""]
    left = room
    for word in text.split():
        for piece in _pieces(word, room):
            taken = breadth(piece)
            if not lines[-1]:
                lines[-1] = piece
            elif taken + _SPACE <= left:
                lines[-1] += f" {piece}"
                taken += _SPACE
            else:
                lines.append(piece)
                left = room
            left -= taken
        if len(lines) > most:
            return Words((*lines[: most - 1], _shortened(lines[most - 1], room)), whole=False)
    return Words(tuple(lines), whole=True)


def balanced(text: str, room: float, most: int) -> Words:
    """Wrap the text to as few lines as possible, with lines of similar width."""
    words = wrap(text, room, most)
    if not words.whole or len(words.lines) == 1:
        return words
    least, enough = max(breadth(word) for line in words.lines for word in line.split()), room
    while enough - least > 4:
        middle = (least + enough) / 2
        narrower = wrap(text, middle, most)
        if narrower.whole and len(narrower.lines) == len(words.lines):
            words, enough = narrower, middle
        else:
            least = middle
    return words


def _pieces(word: str, room: float) -> Iterator[str]:
    """Yield the word, or pieces of the word if it is wider than a line."""
    if breadth(word) <= room:
        yield word
        return
    piece, left = "", room
    for sign in _signs(word):
        taken = breadth(sign)
        if piece and taken > left:
            yield piece
            piece, left = "", room
        piece += sign
        left -= taken
    yield piece


def _signs(text: str) -> Iterator[str]:
    """Yield each visible character. A letter and its accents are one character."""
    sign = ""
    for character in text:
        if sign and _step(character) and not sign.endswith(_JOINER):
            yield sign
            sign = ""
        sign += character
    yield sign


def _shortened(line: str, room: float) -> str:
    """Return the line, cut off with an ellipsis if it is too long. If possible, cut between two words."""
    signs = list(_signs(line))
    while signs and breadth("".join(signs)) + breadth("…") > room:
        signs.pop()
    kept = "".join(signs)
    if kept != line and " " in kept:
        kept = kept[: kept.rindex(" ")]
    return kept.rstrip(" .,;:") + "…"
