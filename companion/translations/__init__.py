"""Translations: a folder of catalogues per language (docs/translating.md).

``messages.po`` has the interface, ``content.po`` the shipped content. These folders alone decide which languages
exist.
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
    """Return each language's code, English first."""
    return (ENGLISH, *_folders(FOLDER))


def known(language: str) -> str:
    """Return the language, or English if it doesn't exist (any more)."""
    return language if language in languages() else ENGLISH


def messages(language: str) -> NullTranslations:
    """Return the interface's messages."""
    return _messages(FOLDER, language)


def content(text: str, language: str) -> str | None:
    """Return a text of the shipped content in this language; None if it has none."""
    if not text or language == ENGLISH:
        return text
    return content_of(FOLDER, text, language) or None


def content_of(folder: Path, text: str, language: str) -> str:
    """Return the same from the catalogues in a folder, such as another version's; empty if there is none."""
    return _content(folder, language).gettext(text)


def name_of(language: str, said_in: str = "") -> str:
    """Return a language's name, in itself or in another language; its code if unknown."""
    try:
        return Locale.parse(language).get_display_name(said_in or language) or language
    except UnknownLocaleError:
        return language


@functools.cache
def _folders(folder: Path) -> tuple[str, ...]:
    return tuple(sorted(file.parent.name for file in folder.glob(f"*/{MESSAGES}.po")))


class _Missing(NullTranslations):
    """Has no translations."""

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
    """Return a parsed catalogue. Parsing is slow, so it happens once per process."""
    if not file.is_file():
        return NullTranslations()
    compiled = BytesIO()
    with file.open("rb") as source:
        write_mo(compiled, read_po(source, locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)
