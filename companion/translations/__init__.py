"""Translations, with a folder for each language (docs/translating.md).

``messages.po`` translates the interface, and ``content.po`` translates the shipped content. A language is
available if its folder contains ``messages.po``.
"""

import functools
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

FOLDER = Path(__file__).parent
ENGLISH = "en"
MESSAGES, CONTENT = "messages", "content"


def languages() -> tuple[str, ...]:
    """Return the code of each available language, with English first."""
    return (ENGLISH, *_folders(FOLDER))


def known(language: str) -> str:
    """Return the language if available, otherwise English."""
    return language if language in languages() else ENGLISH


def messages(language: str) -> NullTranslations:
    """Return the interface's messages in this language."""
    return _messages(FOLDER, language)


def content(text: str, language: str) -> str | None:
    """Return the translation of a text that is shipped with Companion, or None."""
    if not text or language == ENGLISH:
        return text
    return content_of(FOLDER, text, language) or None


def content_of(folder: Path, text: str, language: str) -> str:
    """Return a text's translation from the language's folder, or an empty string."""
    return _content(folder, language).gettext(text)


def name_of(language: str, said_in: str = "") -> str:
    """Return a language's name, in that language or in the language ``said_in``.

    Return the language's code if its name isn't known.
    """
    try:
        return Locale.parse(language).get_display_name(said_in or language) or language
    except UnknownLocaleError:
        return language


@functools.cache
def _folders(folder: Path) -> tuple[str, ...]:
    return tuple(sorted(file.parent.name for file in folder.glob(f"*/{MESSAGES}.po")))


class _Missing(NullTranslations):
    """A catalogue without translations."""

    def gettext(self, message: str) -> str:
        return ""


@functools.cache
def _content(folder: Path, language: str) -> NullTranslations:
    catalogue = _read(folder / language / f"{CONTENT}.po", language)
    catalogue.add_fallback(_Missing())
    return catalogue


@functools.cache
def _messages(folder: Path, language: str) -> NullTranslations:
    return _read(folder / language / f"{MESSAGES}.po", language)


def _read(file: Path, language: str) -> NullTranslations:
    """Parse a catalogue and return it. Parsing is slow, so callers cache the result."""
    if not file.is_file():
        return NullTranslations()
    compiled = BytesIO()
    with file.open("rb") as source:
        write_mo(compiled, read_po(source, locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)
