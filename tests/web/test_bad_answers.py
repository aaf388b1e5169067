"""Test that invalid answers are reported beside the question and kept as drafts."""

import unicodedata
from types import SimpleNamespace
from urllib.parse import urlencode
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from werkzeug.test import TestResponse

from companion.domain.text import without_hidden
from tests.cast import Cast
from tests.stored import stored
from tests.visitor import Page, Visitor
from tests.web.every_form.wrong import CHOICES, EMPTY, HIDDEN, text, too_long
from tests.web.test_bad_input import REFUSING

TYPING = ("drafts", "started", "saved_at")
"""Tables and columns that may change when a draft is saved."""
SCALE, NOTHING, GONE = (
    "a number from 0 to 10.",
    "You haven't chosen anything yet.",
    "This question is no longer part of this work",
)
WRONG: dict[str, list[tuple[list[str], str]]] = {
    "the-week": [([], NOTHING), ([""], NOTHING)]
    + [([step], SCALE) for step in ("11", "-1", "5.5", "٥", "½", "6 7", "\x00", "9" * 20_000)],
    "glad-of": [([], EMPTY), (["", " ", "\u200f"], EMPTY), (["I walked", "I ran\x00g my sister"], HIDDEN)]
    + [(["I walked", words], sentence) for words, sentence in too_long(300)]
    + [([f"walk {n}" for n in range(7)], "There's only room for 6 entries. You've written 7.")],
    "made-possible": [
        ([], NOTHING),
        (["luck"], CHOICES),
        (["planned", "luck"], CHOICES),
        (["\x00"], CHOICES),
    ],
    "harder": [([], NOTHING), ([""], NOTHING), (["never"], CHOICES), (["x" * 20_000], CHOICES)],
    "told-yourself": [([words], sentence) for words, sentence in text(10_000)],
    "next-week": [([words], sentence) for words, sentence in text(300)],
}
CHOSEN = ("the-week", "made-possible", "harder")
RIGHT = {
    "the-week": ["6"], "glad-of": ["I walked"], "made-possible": ["planned"], "harder": ["one"],
    "around-you": ["tired"], "told-yourself": ["Go on"], "next-time": ["Walk"], "next-week": ["Walk more"],
}  # fmt: skip


@pytest.fixture
def piece(cast: Cast) -> UUID:
    return cast.priya.sets(cast.sam, "a-week-of-choices")


def walks_to(cast: Cast, piece: UUID, prompt: str) -> None:
    """Answer every question that comes before the given question."""
    for each, said in RIGHT.items():
        if each == prompt:
            return
        cast.sam.answers(piece, each, *said)


def sends(
    browser: Visitor, piece: UUID, where: str = "answers", change: str = "", **fields: object
) -> TestResponse:
    """Send the form of a question with these fields changed."""
    page = browser.get(f"/my/work/{piece}?change={change}")
    names = [
        name
        for name in ("csrf_token", "page", "prompt", "seen", "draft_seen", "tab")
        if f'name="{name}"' in page.text
    ]
    form: dict[str, object] = {name: page.field(name) for name in names}
    return browser.client.post(f"/my/work/{piece}/{where}", data={**form, **fields})


def shows(reply: TestResponse, *words: str) -> bool:
    page = Page(reply.status_code, "", reply.text, {})
    return all(without_hidden(each).strip() in page for each in words)


@pytest.mark.parametrize("prompt", WRONG)
def test_an_invalid_answer_is_refused_and_kept_as_a_draft(
    prompt: str, cast: Cast, piece: UUID, enter: SimpleNamespace
) -> None:
    walks_to(cast, piece, prompt)
    for answer, sentence in WRONG[prompt]:
        browser: Visitor = enter.sam
        before = stored(cast.store, *REFUSING, *TYPING)
        reply = sends(browser, piece, answer=answer)
        assert reply.status_code == 422 and shows(reply, sentence), (answer, sentence)
        assert prompt in CHOSEN or shows(reply, *answer), answer
        assert "\x00" not in reply.text and Page(422, "", reply.text, {}).field("prompt") == prompt
        assert stored(cast.store, *REFUSING, *TYPING) == before
        if any(answer):
            assert cast.sam.work(piece).drafts[prompt].typed == {"answer": answer}
        again = browser.client.get(f"/my/work/{piece}")
        assert "\x00" not in again.text and (prompt in CHOSEN or shows(again, *answer)), answer


def test_an_overlong_answer_stays_in_the_form(cast: Cast, piece: UUID, enter: SimpleNamespace) -> None:
    walks_to(cast, piece, "told-yourself")
    words = "walk " * 24_000
    for where, most in (("answers", 10_000), ("draft", 100_000)):
        reply = sends(enter.sam, piece, where, answer=words)
        assert shows(reply, f"{most:,} characters long", words) and reply.status_code == 422, where
    assert sends(enter.sam, piece, "draft", answer=words, then="typing").status_code == 409
    assert cast.sam.work(piece).drafts == {}


def test_emoji_and_markup_in_answers_are_kept(cast: Cast, enter: SimpleNamespace) -> None:
    for words in (
        *("👩‍👩‍👧 walked 🌊", "הלכתי \u200f(home) הביתה", "e\u0301te\u0301", "one\r\ntwo\n\nthree"),
        *("<b>&amp;\"'</b>", "{{ 7 * 7 }} %(x)s", "' OR 1=1 --"),
    ):
        piece = cast.priya.sets(cast.sam, "a-week-of-choices")
        walks_to(cast, piece, "told-yourself")
        assert sends(enter.sam, piece, answer=words).status_code == 303
        said = str(cast.sam.work(piece).answers["told-yourself"].value)
        assert said == unicodedata.normalize("NFC", words.replace("\r\n", "\n"))
        page = enter.sam.client.get(f"/my/work/{piece}")
        assert shows(page, *said.split("\n")) and "<b>&" not in page.text, words


def test_an_answer_to_a_question_not_being_asked_is_refused(
    cast: Cast, piece: UUID, enter: SimpleNamespace
) -> None:
    walks_to(cast, piece, "harder")
    assert enter.sam
    before = stored(cast.store, *REFUSING, *TYPING)
    for prompt in ("no-such-prompt", "", "hopes", "\x00", "x" * 20_000, "need-now", "told-yourself"):
        for where in ("answers", "draft") if prompt not in ("need-now", "told-yourself") else ("answers",):
            reply = sends(enter.sam, piece, where, prompt=prompt, answer="I walked home")
            assert reply.status_code == 422 and shows(reply, GONE, "I walked home"), (where, prompt)
    for way in ("shout", "", "\x00"):
        reply = sends(enter.sam, piece, way=way)
        assert reply.status_code == 422 and shows(reply, CHOICES), way
    assert stored(cast.store, *REFUSING, *TYPING) == before


def test_sent_work_never_changes(cast: Cast, piece: UUID, enter: SimpleNamespace) -> None:
    cast.sam.finishes(piece)
    token = enter.sam.token(f"/my/work/{piece}/check")
    cast.sam.submits(piece)
    before = stored(cast.store, *REFUSING)
    for where in ("answers", "draft"):
        form = {"csrf_token": token, "prompt": "next-week", "seen": "1", "answer": "I walked home"}
        reply = enter.sam.client.post(f"/my/work/{piece}/{where}", data=form)
        assert reply.status_code == 409 and shows(reply, "This work has already been sent", "I walked home")
    again = enter.sam.client.post(f"/my/work/{piece}/submission", data={"csrf_token": token, "seen": "9"})
    assert again.location.endswith("/receipt")
    assert stored(cast.store, *REFUSING) == before


NUMBERS = ("", "x", "-1", "1.5", "٣", "²", "9" * 19, "9" * 5000, "\x00")


def test_forged_hidden_fields_in_a_conversation_cause_no_error(
    cast: Cast, piece: UUID, enter: SimpleNamespace
) -> None:
    walks_to(cast, piece, "told-yourself")
    wrong = []
    for name in ("seen", "draft_seen", "tab", "beat", "page", "accept"):
        for value in (*NUMBERS, "x" * 20_000):
            for where in ("draft", "answers"):
                words = f"{name} {where} {value[:9]!r}"
                fields = {name: value, "answer": words}
                reply = sends(enter.sam, piece, where, "told-yourself", **fields)
                if reply.status_code not in (303, 409, 422):
                    wrong.append((words, reply.status_code))
    assert wrong == []


def test_only_the_answers_shown_on_the_check_page_can_be_sent(
    cast: Cast, piece: UUID, enter: SimpleNamespace
) -> None:
    cast.sam.finishes(piece)
    statuses = {seen[:9]: sends(enter.sam, piece, "submission", seen=seen).status_code for seen in NUMBERS}
    assert set(statuses.values()) == {409}, statuses
    assert cast.sam.work(piece).is_open


NAMES = some.sampled_from(
    [
        *("prompt", "seen", "draft_seen", "tab", "beat", "answer"),
        *("way", "accept", "then", "page", "answer[]", "csrf_token"),
    ]
)
TEXTS = some.one_of(
    some.text(max_size=40),
    some.text(some.characters(categories=["Cs", "Cc", "Cf", "Nd"]), max_size=8),
    some.sampled_from(
        ["the-week", "glad-of", "6", "answered", "talk", "not_sure", "help", "typing", "9" * 5000]
    ),
)


def test_random_forms_never_cause_an_internal_error(
    cast: Cast, piece: UUID, enter: SimpleNamespace, request: pytest.FixtureRequest
) -> None:
    token = enter.sam.token(f"/my/work/{piece}")

    @settings(
        max_examples=2000 if request.config.getoption("full") else 100,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(
        where=some.sampled_from(["answers", "draft", "submission"]),
        fields=some.lists(some.tuples(NAMES | some.text(max_size=9), TEXTS), max_size=9),
        fragment=some.booleans(),
    )
    def throws(where: str, fields: list[tuple[str, str]], fragment: bool) -> None:
        body = urlencode([("csrf_token", token), *fields], encoding="utf-8", errors="surrogatepass")
        reply = enter.sam.client.post(
            f"/my/work/{piece}/{where}",
            data=body,
            content_type="application/x-www-form-urlencoded",
            headers={"X-Fragment": "1"} if fragment else {},
        )
        assert reply.status_code in (200, 303, 409, 422)

    throws()
    assert enter.sam.get(f"/my/work/{piece}").status == 200
