"""Test that every message on Companion's pages can be translated.

The test's translation of each message is the English text in brackets. Only staff pages may contain text that
isn't marked as translated. Typed text, names, and text marked as English are ignored.
"""

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import pytest
from babel import Locale
from flask import Flask

from companion import translations
from companion.cli.translations import catalogue_in, merged, templates, written
from companion.domain.people import Role
from tests.cast import Cast
from tests.security.for_whom import WHOM, address, opens, rules
from tests.security.things import things_of
from tests.visitor import Visitor

CODE = "eo"
VOID = {"input", "br", "img", "link", "meta", "hr", "wbr", "path", "rect", "circle"}
SPOKEN = {"aria-label", "title", "alt", "placeholder"}
OWN = {"Companion", "Sam", "Priya", "Daniel", "Margaret", "Epsom", "Bromsgrove", "Esperanto", "sam"}
TITLES = "A week of choices|Two things|Hopes and fears"
"""English activity titles to ignore: link names include them too.

HTML can't mark the text of an attribute as being in another language.
"""
AS_TYPED = f"Walking by the river|Lucy Faithfull Foundation|Nightingale House.*HQ|{TITLES}"
PLACES = r"\S+@\S+|(?:https?://)?[a-z.]+\.(?:org|gov|co)\.uk\S*|ico\.org\.uk|[A-Z]\d-\d{3}"


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with translations into a made-up language: each English message between brackets."""
    folder = tmp_path_factory.mktemp("translations")
    (folder / CODE).mkdir()
    for name, template in templates().items():
        catalogue = merged(catalogue_in(folder / CODE / f"{name}.po"), template)
        for message in catalogue:
            if isinstance(message.id, str):
                message.string = f"⟦{message.id}⟧"
            else:
                message.string = tuple(f"⟦{text}⟧" for text in message.id)
        (folder / CODE / f"{name}.po").write_bytes(written(catalogue))
    return folder


@pytest.fixture(autouse=True)
def in_marks(marked: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(translations, "FOLDER", marked)


class Words(HTMLParser):
    """Collect a page's own text, without what people typed or what is in another language."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._left_out: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        of = dict(attrs)
        if not any(self._left_out):
            self.said += [f"{value}\n" for name, value in attrs if value and _is_spoken(name, value)]
        if tag not in VOID:
            others = of.get("lang") not in (None, CODE) or of.get("dir") == "auto"
            self._left_out.append(others or tag in ("style", "textarea"))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Ignore self-closing elements. In templates, only SVG elements are self-closing."""

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            self._left_out.pop()

    def handle_data(self, data: str) -> None:
        if not any(self._left_out):
            self.said.append(data)


def _is_spoken(name: str, value: str) -> bool:
    return name in SPOKEN or (name.startswith("data-") and " " in value)


def bare(source: str) -> list[str]:
    """Return the parts of a page's text that aren't marked as translated messages."""
    page = Words()
    page.feed(source)
    text, before = "".join(page.said), ""
    while text != before:
        text, before = re.sub(r"⟦[^⟦⟧]*⟧", " ", text), text
    months = "|".join(Locale.parse(CODE).months["format"]["wide"].values())
    text = re.sub(rf"{PLACES}|{AS_TYPED}|\b(?:{months})\b", " ", text)
    return [word for word in re.findall(r"[^\W\d_]+", text) if word not in OWN]


def pages(app: Flask, browser: Visitor, things: dict[str, object], role: str) -> Iterator[tuple[str, str]]:
    """Yield the path and text of every page for this role."""
    for rule in rules(app, "GET"):
        if opens(rule, role) and rule.endpoint not in ("static", "public.calendar_feed"):
            path = address(app, rule, things, role)
            reply = browser.client.get(path, follow_redirects=True)
            if reply.mimetype in ("text/html", "text/plain") and reply.text:
                yield path, reply.text


def test_the_check_finds_an_untranslated_word() -> None:
    assert bare('<p>⟦Hello ⟦you⟧⟧ <b aria-label="Go">⟦on⟧</b></p>') == ["Go"]
    assert bare('<p>⟦One <q dir="auto">his own</q> of⟧ two <span lang="en">English</span></p>') == ["two"]


def test_every_word_on_a_participants_pages_is_translated(
    app: Flask, cast: Cast, enter: SimpleNamespace
) -> None:
    things = things_of(cast, cast.sam, cast.priya)
    browser = enter.sam
    browser.post("/language", {"language": CODE, "page": "/account"}, of="/account")
    found = {path: bare(text) for path, text in pages(app, browser, things, Role.PARTICIPANT)}
    for script in ("draft", "idle"):
        source = browser.get(f"/static/js/{script}.{CODE}.js").text
        words = json.loads(source[source.index("{") : source.index("};\n") + 1])
        found[script] = bare("".join(said for said in words.values() if not said.startswith("/")))
    assert len(found) > 40 and {WHOM[rule.endpoint] for rule in rules(app, "GET")} >= {Role.PARTICIPANT}
    assert [(path, *words) for path, words in found.items() if words] == []


def test_every_word_on_the_public_pages_is_translated(app: Flask, cast: Cast) -> None:
    browser = Visitor(app)
    browser.client.post("/language", data={"csrf_token": browser.token("/sign-in"), "language": CODE})
    found = {
        path: bare(text)
        for path, text in pages(app, browser, things_of(cast, cast.sam, cast.priya), "nobody")
    }
    found[f"/{CODE}/help"] = bare(browser.get(f"/{CODE}/help").text)
    found["nothing here"] = bare(browser.get("/nowhere").text)
    del found["/help"]  # the page without a language code in its path is in English
    assert len(found) > 4 and [(path, *words) for path, words in found.items() if words] == []
