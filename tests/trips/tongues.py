"""Translate the portal's English messages with the translation catalogues."""

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from babel.messages.pofile import read_po

from companion.translations import CONTENT, ENGLISH, FOLDER, MESSAGES

PLACE = re.compile(r"%\((\w+)\)s")
"""A placeholder in a message, for a name or a day."""
FEWEST_LETTERS = 4
"""Skip a message with placeholders if the rest of it has fewer letters than this.

A pattern for a message such as “from … to …” would match too many texts.
"""


@dataclass(frozen=True)
class Tongue:
    """The language in which a person uses the portal."""

    language: str = ENGLISH

    def says(self, english: str) -> str:
        """Return the portal's wording for this English text.

        The text on the page may be a whole message from the catalogue, part of one, or two together. Text
        that is in no catalogue is returned unchanged.
        """
        texts = _texts(self.language)
        if not texts:
            return english
        ways = (_whole, _around, _filled, _two)
        return next((said for way in ways if (said := way(texts, english))), english)

    def label(self, english: re.Pattern[str]) -> re.Pattern[str]:
        """Return a pattern for a translated field label. ``english`` must match the start of the field's
        English label.
        """
        texts = _texts(self.language)
        if not texts:
            return english
        found = min((each for each in texts if english.match(each)), key=len)
        return re.compile("^" + re.escape(texts[found]))


@functools.cache
def _texts(language: str) -> dict[str, str]:
    """Return the translations of messages without plural forms, by English text."""
    texts = {}
    for name in (CONTENT, MESSAGES) if language != ENGLISH else ():
        with (FOLDER / language / f"{name}.po").open("rb") as file:
            texts |= {each.id: each.string for each in read_po(file) if each.id and each.string}
    return {english: said for english, said in texts.items() if isinstance(english, str)}


def _whole(texts: dict[str, str], english: str) -> str:
    return texts.get(english, "")


def _around(texts: dict[str, str], english: str) -> str:
    """Return the translation of the only catalogue message that contains these words.

    Skip single words: they occur in too many translated messages.
    """
    found = {said for text, said in texts.items() if " " in english and english in text}
    assert len(found) < 2, f"“{english}” is a part of more than one text: say more of it"
    return "".join(found)


def _filled(texts: dict[str, str], english: str) -> str:
    """Return the translation of a message with filled-in placeholders."""
    for text, place in _with_places(tuple(texts)):
        if found := place.fullmatch(english):
            return texts[text] % {name: texts.get(said, said) for name, said in found.groupdict().items()}
    return ""


def _two(texts: dict[str, str], english: str) -> str:
    """Return the translation of a text that joins two translatable messages."""
    for between in re.finditer(":? ", english):
        both = english[: between.start()], english[between.end() :]
        first, second = (_whole(texts, each) or _filled(texts, each) for each in both)
        if first and second:
            return first + between[0] + second
    return ""


@functools.cache
def _with_places(texts: tuple[str, ...]) -> list[tuple[str, re.Pattern[str]]]:
    """Return each message with placeholders, and a regex that matches it when filled in. The messages with
    the most letters come first.
    """
    own = {each: sum(map(str.isalpha, PLACE.sub("", each))) for each in texts if PLACE.search(each)}
    found = sorted((each for each in own if own[each] >= FEWEST_LETTERS), key=lambda each: -own[each])
    return [(each, re.compile("".join(_pattern(each)))) for each in found]


def _pattern(text: str) -> Iterator[str]:
    seen: set[str] = set()
    for number, part in enumerate(PLACE.split(text)):
        if number % 2 == 0:
            yield re.escape(part)
        else:
            yield f"(?P={part})" if part in seen else f"(?P<{part}>.+)"
            seen.add(part)
