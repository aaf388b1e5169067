"""Test that invalid input is reported beside its field and kept in the form."""

import re
from html import unescape
from types import SimpleNamespace

import pytest
from flask import Flask

from companion.domain.text import without_hidden
from companion.store.base import Store
from tests.stored import stored
from tests.visitor import Page, says_it_first, says_what_is_wrong
from tests.web.every_form import FORMS
from tests.web.every_form.places import browser_of, no_limits, places, typed
from tests.web.every_form.wrong import Fields

__all__ = ["no_limits", "places"]  # imported because they are fixtures

NOT_SHOWN = {
    *(
        "word",
        "passphrase",
        "code",
        "passkey",
        "kind",
        "site",
        "role",
        "due",
        "seen",
        "comment-no-such-prompt",
    ),
    *("needs", "call-cost", "text-cost", "days", "nations", "bank-holidays", "confirmed"),
    *("number", "revision", "topic", "after", "when", "to", "otherwise", "prompt", "warning"),
    *("mail", "part", "stage", "shape", "lead", "cover", "together", "next_review", "which_day"),
    *("who", "not_now-scope", "not_suitable-scope", "ended_early-scope", "closed-scope"),
    *("rhythm", "attendance", "attendance-1", "members"),
    *("mark-1", "session-1", "place-1", "work"),
    *("answer-clear", "tab", "beat", "draft_seen", "outcome", "wording"),
    *("purpose", "later", "shown", "lost", "difficulty", "phrase-hopes"),
}
"""Fields whose values an error page doesn't repeat as visible text: secrets, choices and hidden fields."""
REFUSING = (
    *("audit_entries", "tries", "last_seen_at"),
    *("plan_drafts", "message_drafts", "evaluation_drafts"),
)
"""Tables and columns that may change even when a form is refused."""


@pytest.mark.usefixtures("no_limits")
def test_every_form_reports_and_keeps_invalid_values(
    app: Flask, enter: SimpleNamespace, places: Fields, store: Store, request: pytest.FixtureRequest
) -> None:
    """For each error message that a field can show, the test sends one value that triggers it. With
    ``--full``, the test sends every invalid value of every field.
    """
    amiss = []
    for name, form in FORMS.items():
        browser = browser_of(form.who, app, enter, places)
        page, action = (where.format(**places) for where in (form.page, form.action))
        token = browser.token(page)
        before = stored(store, *REFUSING)
        for number, (field, wrongs) in enumerate(form.wrong.items()):
            full = request.config.getoption("full")
            for text, sentence in wrongs if full else one_of_each(wrongs, number):
                fields = typed({**form.right, field: text}, places)
                reply = browser.client.post(action, data={**fields, "csrf_token": token})
                shown = Page(reply.status_code, action, reply.text, {})
                says_what_is_wrong(shown)
                says_it_first(shown)
                lost = [
                    other for other in fields if not (other in NOT_SHOWN or is_kept(fields[other], shown))
                ]
                if shown.status != 422 or sentence not in shown or lost or "\x00" in reply.text:
                    amiss.append(f"{name}: {field}={text[:20]!r}: {shown.status}, {sentence!r}, lost: {lost}")
        if stored(store, *REFUSING) != before:
            amiss.append(f"{name} stored something")
    assert amiss == []


def one_of_each(wrongs: list[tuple[str, str]], number: int) -> list[tuple[str, str]]:
    """Return one invalid value for each error message. ``number`` picks one of several invalid values that
    cause the same error.
    """
    values: dict[str, list[str]] = {}
    for text, sentence in wrongs:
        values.setdefault(sentence, []).append(text)
    return [(texts[number % len(texts)], sentence) for sentence, texts in values.items()]


def test_each_line_of_an_error_summary_names_its_field(enter: SimpleNamespace) -> None:
    page = enter.priya.post("/caseload/new", {"name": "", "word": "", "kind": "session", "site": "Epsom"})
    assert [line for line in lines_of(page) if "written anything" in line] == [
        f"{name}: You haven't written anything yet. Please write something."
        for name in ("The name to call them by", "Agreed word")
    ]
    enter.sam.post("/language", {"language": "cy", "page": "/my/held"}, of="/my/held")
    page = enter.sam.post("/my/held/corrections", {"wrong": "", "should": ""}, of="/my/held")
    empty = "Dydych chi ddim wedi ysgrifennu dim byd eto. Ysgrifennwch rywbeth."
    assert lines_of(page) == [
        f"Beth sy'n anghywir? {empty}",
        f"Beth ddylai ein cofnod ei ddweud yn lle hynny? {empty}",
    ]


def lines_of(page: Page) -> list[str]:
    """Return the lines of a page's error summary."""
    summary = page.text.partition('<div class="summary"')[2].partition("</ul>")[0]
    return [unescape(re.sub(r"<[^>]+>", "", line)) for line in re.findall(r"<li>.*?</li>", summary)]


def is_kept(words: str, page: Page) -> bool:
    """Return whether the page still shows the typed text.

    In a one-line field, a line break is shown as a space.
    """
    kept = without_hidden(words)
    return kept in page or kept.replace("\n", " ") in page
