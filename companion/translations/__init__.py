"""What Companion says in other languages than English: one folder of catalogues for each (docs/translating.md).

``messages.po`` holds what the interface says, ``content.po`` the words of the shipped content. Nothing else says
which languages there are.
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
    """The code of each language there is, English first."""
    return (ENGLISH, *_folders(FOLDER))


def known(language: str) -> str:
    """The language, or English where there is no such one (any more)."""
    return language if language in languages() else ENGLISH


def messages(language: str) -> NullTranslations:
    """The words of the interface."""
    return _messages(FOLDER, language)


def content(text: str, language: str) -> str | None:
    """A text of the shipped content in this language; None where it has none."""
    if not text or language == ENGLISH:
        return text
    return content_of(FOLDER, text, language) or None


def content_of(folder: Path, text: str, language: str) -> str:
    """The same by the catalogues in a folder, such as another version's; empty where they have none."""
    return _content(folder, language).gettext(text)


def name_of(language: str, said_in: str = "") -> str:
    """What a language is called, in itself or in another one; its code where nobody knows it."""
    try:
        return Locale.parse(language).get_display_name(said_in or language) or language
    except UnknownLocaleError:
        return language


@functools.cache
def _folders(folder: Path) -> tuple[str, ...]:
    return tuple(sorted(file.parent.name for file in folder.glob(f"*/{MESSAGES}.po")))


class _Missing(NullTranslations):
    """Has no words for anything."""

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
    """A catalogue as it is looked up in. It takes long, so it is read once in a process."""
    if not file.is_file():
        return NullTranslations()
    compiled = BytesIO()
    with file.open("rb") as source:
        write_mo(compiled, read_po(source, locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)
