"""Test the pages for reading submitted work and giving feedback."""

import re
from types import SimpleNamespace

import pytest

from tests.cast import Cast
from tests.visitor import Page, Visitor


@pytest.fixture
def page(cast: Cast) -> str:
    """Return the path of a page with Sam's submission."""
    piece = cast.priya.sets(cast.sam, "a-week-of-choices")
    cast.sam.finishes(piece)
    return f"/submissions/{cast.sam.submits(piece)}"


def test_a_feedback_draft_conflicts_only_with_a_draft_from_another_tab(
    cast: Cast, visitor: Visitor, page: str
) -> None:
    visitor.sign_in(cast, cast.priya)

    def types(words: str, tab: str, beat: int, seen: int = 0) -> tuple[int, dict[str, object]]:
        fields = {"comment-": words, "tab": tab, "beat": beat, "seen": seen, "then": "typing"}
        reply = visitor.client.post(f"{page}/feedback", data={"csrf_token": visitor.token(page), **fields})
        return reply.status_code, reply.get_json()

    assert visitor.get(page).field("tab") != visitor.get(page).field("tab")
    assert types("Thank you", "one", 1)[0] == 200
    saved = types("Thank you, Sam.", "one", 3)
    assert saved[0] == 200
    assert types("Thank you, S", "one", 2) == saved  # a newer draft arrived before this one
    assert types("Hello", "two", 1) == (409, {"why": "elsewhere"})
    again = visitor.post(f"{page}/release", {"comment-": "Hello", "tab": "two", "seen": 0}, of=page)
    assert again.status == 409 and "Thank you, Sam." in again and "Hello" in again
    sent = visitor.post(f"{page}/release", {"comment-": "Thank you, Sam.", "tab": "one", "beat": 3}, of=page)
    assert "Feedback sent." in sent
    assert types("Thank you, Sam. And", "two", 2) == (409, {"why": "closed"})


REVIEWING = "/caseload/reviewing"


def keeps(browser: Visitor, words: str) -> Page:
    return browser.post(f"{REVIEWING}/phrases", {"phrase": words}, of=REVIEWING)


def option(page: Page) -> str:
    """Return the value of the first saved phrase that the page offers."""
    return page.text.partition('name="phrase-')[2].split('option value="')[2][:36]


def test_a_saved_phrase_can_be_inserted_into_a_comment(cast: Cast, enter: SimpleNamespace, page: str) -> None:
    priya: Visitor = enter.priya
    assert 'name="phrase-' not in priya.get(page).text
    assert "Phrase saved." in keeps(priya, "Thank <you> for this.")
    shown = priya.get(page)
    typed = {"comment-glad-of": "You walked.", "into": "glad-of", "phrase-glad-of": option(shown)}
    form = {**typed, "tab": shown.field("tab"), "seen": shown.field("seen")}
    put = priya.post(f"{page}/phrases", form, of=page)
    assert put.path == page and "You walked.\nThank &lt;you&gt; for this.</textarea>" in put.text
    assert "Thank &lt;you&gt;" not in enter.sam.get("/my/").text
    none = priya.post(f"{page}/phrases", {**form, "phrase-glad-of": "", "seen": put.field("seen")}, of=page)
    assert none.status == 422 and "You haven't chosen anything yet." in none and "You walked." in none


def test_a_phrase_that_is_too_long_stays_in_the_form(enter: SimpleNamespace) -> None:
    long = keeps(enter.priya, "p" * 5000)
    assert long.status == 422 and "p" * 5000 in long and "500 characters" in long


def test_a_phrase_beyond_the_limit_of_twenty_is_not_saved_but_stays_in_the_form(
    enter: SimpleNamespace,
) -> None:
    for number in range(20):
        keeps(enter.priya, f"Phrase {number}.")
    full = keeps(enter.priya, "One more.")
    assert full.status == 409 and "One more." in full and "Remove a phrase before you save another." in full


def test_opening_the_phrases_page_saves_unfinished_feedback(enter: SimpleNamespace, page: str) -> None:
    shown = enter.priya.get(page)
    form = {"comment-": "Thank you, Sam.", "then": "phrases", "tab": shown.field("tab"), "seen": 0}
    there = enter.priya.post(f"{page}/feedback", form, of=page)
    assert there.path == REVIEWING and f'href="{page}"' in there.text
    assert "Thank you, Sam." in enter.priya.get(page)


def test_single_key_shortcuts_can_be_switched_off(enter: SimpleNamespace, page: str) -> None:
    assert "js/review.js" in enter.priya.get(page).text
    off = enter.priya.post(f"{REVIEWING}/keys", {"keys": "off"}, of=REVIEWING)
    assert "Single keys are off." in off
    shown = enter.priya.get(page)
    assert "js/review.js" not in shown.text and "Single keys are off." in shown
    enter.priya.post(f"{REVIEWING}/keys", {"keys": "on"}, of=REVIEWING)
    assert "js/review.js" in enter.priya.get(page).text


def test_after_sending_feedback_the_next_waiting_submission_opens(
    cast: Cast, enter: SimpleNamespace, page: str
) -> None:
    other = cast.priya.sets(cast.owen, "hopes-and-fears")
    cast.owen.finishes(other)
    following = cast.owen.submits(other)
    elsewhere = cast.daniel.sets(cast.idris, "hopes-and-fears")
    cast.idris.finishes(elsewhere)
    cast.idris.submits(elsewhere)
    sent = enter.priya.post(f"{page}/release", {"comment-": "Thank you.", "then": "next", "seen": 0}, of=page)
    assert sent.path == f"/submissions/{following}" and "Feedback sent." in sent
    here = sent.path
    last = enter.priya.post(f"{here}/release", {"comment-": "Thank you.", "then": "next", "seen": 0}, of=here)
    assert last.path == "/caseload" and "No other work to read." in last


def test_when_work_is_sent_again_the_practitioner_sees_each_changed_word(
    cast: Cast, enter: SimpleNamespace
) -> None:
    piece = cast.priya.sets(cast.sam, "a-week-of-choices")
    cast.sam.finishes(piece, {"the-week": ["6"], "glad-of": ["I walked by the river"]})
    first = cast.sam.submits(piece)
    assert "Changes since" not in enter.priya.get(f"/submissions/{first}")
    cast.priya.returns(first, "Could you say more?")
    cast.sam.answers(piece, "glad-of", "I walked slowly by the river")
    shown = enter.priya.get(f"/submissions/{cast.sam.submits(piece)}").text
    changed = shown.partition('id="changed"')[2].partition("</section>")[0]
    assert "Changes since round 1" in shown and "<ins> slowly</ins>" in changed
    assert changed.count("<li>") == 1 and shown.index('id="changed"') < shown.index('id="feedback"')


def test_returning_work_twice_with_the_same_reason_returns_it_once(
    cast: Cast, enter: SimpleNamespace, page: str
) -> None:
    form = {"words": "Could you say more?", "seen": 0}
    for _ in range(2):
        assert enter.priya.post(f"{page}/return", form, of=page).status == 200
    late = enter.priya.post(f"{page}/return", {**form, "words": "Something else."}, of=page)
    assert late.status == 409 and "Something else." in late


def test_a_page_has_only_one_link_for_raising_a_concern_apart_from_those_in_menus(
    enter: SimpleNamespace, page: str
) -> None:
    shown = enter.priya.get(page).text
    outside = re.sub(r'<details class="more">.*?</details>', "", shown, flags=re.DOTALL)
    assert outside.count("Raise a concern") == 1
    assert shown.count('<details class="more">') == shown.count('<section class="turn') > 3


def test_the_form_for_a_concern_separates_facts_from_opinions(cast: Cast, enter: SimpleNamespace) -> None:
    place = f"/participants/{cast.sam.enrolment_id}/concerns/new"
    said = {"fact": "It was on Monday.", "thought": "I think it was planned.", "protect": "His niece Ann."}
    form = {"words": "He sounded very low.", **said, "measures": "I rang him back."}
    raised = enter.priya.post(place, form, of=place)
    concern = re.search(r"/concerns/[0-9a-f-]{36}", raised.text)
    assert concern
    for browser, path in ((enter.priya, concern[0]), (enter.margaret, f"/lead{concern[0]}")):
        read = browser.get(path)
        for words in form.values():
            assert words in read
    assert "Ann" not in enter.sam.get("/my/record") and "Ann" not in enter.sam.get("/my/")
