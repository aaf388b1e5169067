"""Test that translations are current and complete, and differ from the English text only in wording."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from click.testing import CliRunner

from companion import content, translations
from companion.cli.translations import (
    HEADER,
    catalogue_in,
    check,
    is_complete,
    merged,
    templates,
    update,
    written,
)

FILES = sorted(translations.FOLDER.glob("*/*.po"))
TEMPLATES = templates()
OTHERS = translations.languages()[1:]
NUMBERS = r"\+?\d[\d ]{2,}\d|\b\d{3,}\b"
ADDRESSES = r"(?:https?://|www\.)[^\s”)]*[^\s”).,]"
MARKS = [r"\n", r"\*\*", r"(?m)^- ", r"(?m)^#+ ", r"\*", r"%%", r"\?"]
"""A translation must match each of these patterns as many times as the English text does."""


HOLES = r"%\(\w+\)[sd]|\{\w+\}"


def messages(catalogue: Catalog) -> Iterator[tuple[list[str], list[str]]]:
    """Yield each English message that has a translation, together with the translation.

    The translation of a plural message includes all plural forms.
    """
    for message in catalogue:
        if message.id and is_complete(message.string):
            yield tuple(
                [text] if isinstance(text, str) else list(text) for text in (message.id, message.string)
            )  # type: ignore[misc]  # each tuple has two lists


def misfits(english: list[str], said: str) -> list[str]:
    """Return the placeholders that only the English text or only the translation contains."""
    there, *others = (set(re.findall(HOLES, text)) for text in english)
    every, always = there.union(*others), there.intersection(*others)
    holes = set(re.findall(HOLES, said))
    return sorted((holes - every) | (always - holes))


def differs(english: str, said: str) -> list[str]:
    """Return the formatting marks, numbers and addresses that differ between the English text and its
    translation.
    """
    found = [mark for mark in MARKS if len(re.findall(mark, english)) != len(re.findall(mark, said))]
    for kind in (NUMBERS, ADDRESSES):
        found += sorted(set(re.findall(kind, english)) ^ set(re.findall(kind, said)))
    if (english[:1].isspace(), english[-1:].isspace()) != (said[:1].isspace(), said[-1:].isspace()):
        found.append("a space at an end")
    return found + (['"'] if '"' in said and '"' not in english else [])


def test_the_welsh_translation_exists_and_is_named_cymraeg() -> None:
    assert "cy" in OTHERS and {file.name for file in FILES} == {f"{name}.po" for name in TEMPLATES}
    assert translations.name_of("cy") == "Cymraeg" and translations.name_of("cy", "en") == "Welsh"


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_each_translation_catalogue_is_up_to_date(file: Path) -> None:
    text = file.read_bytes()
    fresh = written(merged(catalogue_in(file), templates()[file.stem]))
    assert text == fresh, "run: ./manage renew"
    assert text.decode().startswith(HEADER)


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_each_placeholder_in_the_english_text_is_in_its_translation(file: Path) -> None:
    catalogue = catalogue_in(file)
    plurals = [said for english, said in messages(catalogue) if len(english) > 1]
    assert {len(forms) for forms in plurals} <= {catalogue.num_plurals}
    wrong = {form: misfits(each, form) for each, forms in messages(catalogue) for form in forms}
    assert {said: misfit for said, misfit in wrong.items() if misfit} == {}


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_translations_have_the_same_markup_and_numbers_and_addresses_as_the_english(file: Path) -> None:
    said = messages(catalogue_in(file))
    found = {english[-1]: differs(english[-1], form) for english, forms in said for form in forms}
    assert {english: wrong for english, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize(
    ("english", "said"),
    [
        ("Call **999**.", "Ffoniwch 999."),
        ("Call 0808 1000 900.", "Ffoniwch 0808 1000 901."),
        ("See www.example.org.", "Ewch i www.enghraifft.org."),
        ("One\ntwo", "Un dau"),
        ("Really?", "Wir"),
        ("Saved ", "Cadwyd"),
    ],
)
def test_the_catalogue_check_reports_translations_that_change_anything_besides_the_wording(
    english: str, said: str
) -> None:
    assert differs(english, said) and not differs(english, english)


def test_the_check_finds_a_wrong_placeholder_in_a_translation() -> None:
    both = ["One is %(over)s over.", "%(num)s are %(over)s over."]
    assert misfits(both, "%(num)s %(over)s") == misfits(both, "%(over)s") == []
    assert misfits(both, "%(num)s") == ["%(over)s"] and misfits(["{must_pass_on}"], "{rhaid}")


def test_changed_messages_need_translating_again(tmp_path: Path) -> None:
    before, after = Catalog(locale="cy"), Catalog(project="Companion")
    for english, welsh in (("Help", "Cymorth"), ("Gone", "Wedi mynd")):
        before.add(english, welsh)
    for english in ("Help", "Help now"):
        after.add(english)
    text = written(merged(before, after)).decode()
    assert 'msgid "Help"\nmsgstr "Cymorth"' in text and 'msgid "Help now"\nmsgstr ""' in text
    assert "Gone" not in text and "Date" not in text
    assert not is_complete(Message("one").string)


@pytest.mark.parametrize("language", OTHERS)
def test_all_shipped_content_is_translated_into_each_language(language: str) -> None:
    english = content.starter_activities()
    said = [each for each in content.in_each_language(english) if each.language == language]
    assert [each.id for each in said] == [each.id for each in english]
    assert content.shipped_statement(language).language == language
    for signpost in content.shipped_directory().signposts:
        for words in (signpost.name, signpost.note or {"en": ""}):
            assert words.get(language) or translations.content(words["en"], language) is not None


def test_adding_a_language_needs_only_a_new_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "ga").mkdir()
    monkeypatch.setattr(translations, "FOLDER", tmp_path)
    done = CliRunner().invoke(update)
    assert done.exit_code == 0 and re.search(r"ga/messages.po: (\d+) messages, \1 to translate", done.output)
    assert translations.languages() == ("en", "ga") and translations.messages("ga").gettext("Help") == "Help"
    assert CliRunner().invoke(update).output == done.output
    waiting = CliRunner().invoke(check)
    assert waiting.exit_code == 1 and "ga/content.po: A letter to myself, a year from now\n" in waiting.output
