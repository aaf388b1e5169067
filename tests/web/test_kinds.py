"""Test every kind of answer over HTTP with empty, valid and hostile values."""

import html
import re
from collections.abc import Mapping, Sequence
from html.parser import HTMLParser
from types import SimpleNamespace
from uuid import UUID

import pytest

from companion.domain.activities.answers import kinds
from tests.cast import Cast
from tests.domain.activities.answers.samples import FAR_TOO_LONG, HOSTILE, sample_of
from tests.trips.kinds import hold_every_kind
from tests.visitor import Page, Visitor

every_kind = pytest.mark.parametrize("kind", kinds())
HOSTILE_TEXTS = (
    HOSTILE,
    FAR_TOO_LONG,
    "\x00",
    "\ufffe\u202e",
    "9" * 400,
    "-1",
    "٣",
    "2026-13-40",
    "' OR 1=1 --",
)
CONFIDE = (
    "Priya will read this after you send it, before you next meet.",
    "Please leave out sexual detail, descriptions of images, and anything that could identify a child.",
    "If a child is in danger now, call",
    "999",
    "tell us here",
)
"""The advice to participants that the content rules require."""


@pytest.fixture
def piece(kind: str, cast: Cast) -> UUID:
    """Set work with one question of this kind, and return the work's id."""
    hold_every_kind(cast.store, cast.now, kind)
    return cast.priya.sets(cast.sam, "every-kind")


class Composer(HTMLParser):
    """A parser that reads the form on a question's page in the same way as a browser."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self.form: dict[str, list[str]] = {}
        self.names: set[str] = set()
        self._filling = self._choosing = ""
        self.feed(page.text.partition('<form class="composer"')[2].partition("</form>")[0])

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        name, value = has.get("name", ""), has.get("value", "on")
        if tag == "textarea":
            self._filling = name
            self._add(name, "")
        elif tag == "select":
            self._choosing = name
            self._add(name, "")
        elif tag == "option" and "selected" in has:
            self.form[self._choosing][-1] = value
        elif tag == "input" and (has.get("type") not in ("radio", "checkbox") or "checked" in has):
            self._add(name, value)
        if tag == "input":
            self.names.add(name)

    def handle_data(self, data: str) -> None:
        if self._filling:
            self.form[self._filling][-1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.form[self._filling][-1] = self.form[self._filling][-1].removeprefix("\n")
            self._filling = ""

    def _add(self, name: str, value: str) -> None:
        self.names.add(name)
        self.form.setdefault(name, []).append(value)


def composer(browser: Visitor, piece: UUID, kind: str) -> Composer:
    """Open the page of a question, and return a parser that has read the question's form."""
    return Composer(browser.get(f"/my/work/{piece}?change={sample_of(kind).prompt_id}"))


def sends(browser: Visitor, piece: UUID, kind: str, form: Mapping[str, Sequence[str]]) -> Page:
    """Send the question's form with these values, and return the next page."""
    data = {**composer(browser, piece, kind).form, **form}
    reply = browser.client.post(f"/my/work/{piece}/answers", data=data)
    if reply.status_code == 303:
        return browser.get(f"/my/work/{piece}")
    return Page(reply.status_code, "", reply.text, dict(reply.headers))


@every_kind
def test_every_kind_of_question_can_be_answered_and_changed(
    kind: str, piece: UUID, cast: Cast, enter: SimpleNamespace
) -> None:
    sample = sample_of(kind)
    says_who_reads_it(kind, enter.sam.get(f"/my/work/{piece}"))
    assert set(sample.form) <= composer(enter.sam, piece, kind).names
    page = sends(enter.sam, piece, kind, {})
    assert page.status == 422 and sample.empty in page
    assert f'id="answer-{sample_of(kind).prompt_id}-wrong"' in page.text
    assert cast.sam.work(piece).answers == {}
    says_who_reads_it(kind, page, opened=False)

    page = sends(enter.sam, piece, kind, sample.form)
    assert page.status == 200
    text = " ".join(re.sub(r"<[^>]+>", " ", html.unescape(page.text)).split())
    assert not [words for words in sample.said if words not in text]
    work = cast.sam.work(piece)
    (prompt,), (given,) = work.activity.prompts, work.answers.values()
    assert prompt.parse(composer(enter.sam, piece, kind).form) == given.value


@every_kind
def test_hostile_answers_of_every_kind_are_refused_or_shown_as_text(
    kind: str, piece: UUID, enter: SimpleNamespace
) -> None:
    sample, fields = sample_of(kind), kinds()[kind].fields
    assert sample.own_words == kinds()[kind].free_text
    forms = [{**sample.form, name: [text]} for name in fields for text in (HOSTILE, FAR_TOO_LONG, "-1")]
    forms += [dict.fromkeys(fields, [text] * 13) for text in HOSTILE_TEXTS]
    for form in [*forms, *map(sample.filled, HOSTILE_TEXTS)]:
        page = sends(enter.sam, piece, kind, form)
        assert page.status in (200, 413, 422), form
        assert "<b>I&" not in page.text and "I&amp;49" not in page.text and "\x00" not in page.text, form
    # an earlier form in this test contained a hostile date
    today = {"noted-on": ["2026-11-24"]} if kind == "daily_record" else {}
    page = sends(enter.sam, piece, kind, {**sample.filled(HOSTILE), **today})
    assert page.status == (200 if sample.own_words else 422)
    assert (HOSTILE in page) == (sample.own_words or kind == "date")


def says_who_reads_it(kind: str, page: Page, *, opened: bool = True) -> None:
    """Check that the advice is above the text box at first, and below the text box after an error.

    Check that screen readers announce the emergency advice at every free-text field.
    """
    before, _, after = page.text.partition('<div class="sheet')
    place = before if opened else after
    confide = f"confide-{sample_of(kind).prompt_id}"
    if kinds()[kind].free_text:
        assert 'href="tel:999"' in place.partition(f'id="{confide}"')[2]
        assert re.search(r'<button[^>]* value="tell" formaction="[^"]*/draft"', place)
        assert re.search(rf'aria-describedby="[^"]*\b{confide}\b', after)
    else:
        assert "<textarea" not in after
