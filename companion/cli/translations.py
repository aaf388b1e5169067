"""The ``translations`` commands update and check the translation catalogues (docs/translating.md)."""

import re
import tomllib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import click
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from companion import content
from companion import translations as said
from companion.domain.activities.translatable import words_of

ROOT = Path(__file__).parents[2]
STAFF = frozenset({"practitioner", "lead", "admin", "groups", "activities", "gallery", "demo"})
"""The folders that contain pages for staff or for the demo. These pages exist only in English."""
CALLS = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "translate": None,
    "translate_later": None,
    "translate_plural": (1, 2),
    "translate_within": ((1, "c"), 2),
}
READERS = [("**.html", "jinja2"), ("**.js", "jinja2"), ("**.txt", "jinja2"), ("**.py", "python")]
HEADER = "# Draft, to be checked by a native speaker.\n# How to translate: docs/translating.md"


@click.group()
def translations() -> None:
    """Update and check the translations (docs/translating.md)."""


@translations.command()
def update() -> None:
    """Add new messages to every catalogue, and remove unused messages."""
    for folder in sorted(each for each in said.FOLDER.iterdir() if re.fullmatch("[a-z]{2}", each.name)):
        for name, template in templates().items():
            file = folder / f"{name}.po"
            catalogue = merged(catalogue_in(file), template)
            file.write_bytes(written(catalogue))
            missing = sum(not is_complete(message.string) for message in catalogue if message.id)
            click.echo(f"{folder.name}/{file.name}: {len(catalogue)} messages, {missing} to translate")


@translations.command()
def check() -> None:
    """List the messages that still need a translation. Exit with 1 if any message needs a translation."""
    waiting = [
        f"{file.parent.name}/{file.name}: {message.id}"
        for file in sorted(said.FOLDER.glob("*/*.po"))
        for message in catalogue_in(file)
        if message.id and (message.fuzzy or not is_complete(message.string))
    ]
    click.echo("\n".join(waiting) or "Every catalogue is complete.")
    if waiting:
        raise SystemExit(1)


def templates() -> dict[str, Catalog]:
    """Return the messages to translate, grouped by the name of the catalogue."""
    return {said.MESSAGES: _interface(), said.CONTENT: _content()}


def catalogue_in(file: Path) -> Catalog:
    """Return a language's catalogue, or an empty catalogue if there is no file yet."""
    language = file.parent.name
    if not file.is_file():
        return Catalog(locale=language)
    with file.open("rb") as source:
        return read_po(source, locale=language)


def merged(catalogue: Catalog, template: Catalog) -> Catalog:
    """Update the catalogue with the messages of ``template``, and return the catalogue. Keep the translations
    of messages that haven't changed.
    """
    catalogue.update(template, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    catalogue.header_comment = HEADER
    catalogue.fuzzy = False
    return catalogue


def written(catalogue: Catalog) -> bytes:
    """Return a translation catalogue as the bytes of its file.

    Leave out line numbers, dates and versions, which would change with every update.
    """
    file = BytesIO()
    write_po(file, catalogue, width=0, sort_by_file=True, include_lineno=False)
    return re.sub(rb'"(?!Language:|Plural|MIME|Content)[A-Z][A-Za-z-]+: [^\n]*\\n"\n', b"", file.getvalue())


def is_complete(translation: object) -> bool:
    """Return whether a message has all its translations: one, or one for each form if it has a plural."""
    forms = translation if isinstance(translation, tuple | list) else (translation,)
    return bool(forms) and all(forms)


def _interface() -> Catalog:
    catalogue = _empty()
    for top in ("templates", "companion"):
        for file, line, message, comments, context in calls(ROOT / top):
            if not _for_staff(top, Path(file).parts):
                catalogue.add(
                    message, locations=[(f"{top}/{file}", line)], auto_comments=comments, context=context
                )
    return catalogue


def calls(folder: Path) -> Iterator[tuple[str, int, str | tuple[str, ...], list[str], str | None]]:
    """Yield every message in a folder, with its file, line, comments and context. Include messages that only
    staff see.
    """
    options = {"**": {"silent": "false"}}
    return extract_from_dir(folder, READERS, options, CALLS, comment_tags=("TRANSLATORS:",))


def _for_staff(top: str, parts: tuple[str, ...]) -> bool:
    if top == "templates":
        return parts[0] in STAFF
    return len(parts) > 1 and (parts[0] != "web" or parts[1] in STAFF)


def _content() -> Catalog:
    catalogue = _empty()
    for file in content.sources():
        for text in words_of(tomllib.loads(file.read_text(encoding="utf-8"))):
            catalogue.add(text, locations=[(file.name, 1)])
    return catalogue


def _empty() -> Catalog:
    return Catalog(project="Companion", charset="utf-8")
