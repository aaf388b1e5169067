"""Test that Companion's reply to an answer appears between the answer and the next question."""

import html
import re
from types import SimpleNamespace
from uuid import UUID

import pytest

from companion.domain.activities.answers import kinds
from tests.cast import Cast
from tests.domain.activities.answers.samples import every_kind
from tests.trips.kinds import hold_every_kind
from tests.visitor import Page

HARD = "A week like that is hard going."
NEXT = "What do you need most at the moment?"
MIXED = "A mixed week, then."
PLAN = "I leave the room first."


@pytest.fixture
def week(cast: Cast) -> UUID:
    return cast.priya.sets(cast.sam, "a-week-of-choices")


def sends(enter: SimpleNamespace, work: UUID, prompt: str, seen: int = 0, **more: str) -> Page:
    fields: dict[str, object] = {
        "prompt": prompt,
        "seen": seen,
        "draft_seen": 0,
        "tab": "one",
        "beat": 0,
        **more,
    }
    page: Page = enter.sam.post(f"/my/work/{work}/answers", fields, of=f"/my/work/{work}")
    return page


def said(page: Page) -> list[str]:
    """Return the replies that this page gives to the participant's answers."""
    found = re.findall(r'<div class="guide reply"[^>]*>\s*<p>(.*?)</p>', page.text, re.S)
    return [html.unescape(re.sub(r"<[^>]+>", "", each)) for each in found]


def test_an_answer_is_followed_by_its_reply(enter: SimpleNamespace, week: UUID) -> None:
    page = sends(enter, week, "the-week", answer="2")
    ask, answer, reply, then = (
        page.text.index(each) for each in ("How was this week", 'id="said-the-week"', HARD, NEXT)
    )
    assert ask < answer < reply < then
    assert 'aria-labelledby="said-the-week reply-the-week ask-need-now"' in page.text
    assert 'class="open follows" id="now"' in page.text


def test_with_javascript_the_reply_appears_below_the_answer_without_a_new_page(
    enter: SimpleNamespace, week: UUID
) -> None:
    token = enter.sam.token(f"/my/work/{week}")
    fields = {
        "csrf_token": token,
        "prompt": "the-week",
        "seen": "0",
        "draft_seen": "0",
        "tab": "one",
        "beat": "0",
    }
    sent = enter.sam.client.post(
        f"/my/work/{week}/answers", data={**fields, "way": "not_sure"}, headers={"X-Fragment": "turns"}
    )
    answer, reply, then = (
        sent.text.index(each)
        for each in ('class="said not_sure"', "A week can be hard to sum up.", "Which choices are you glad")
    )
    assert answer < reply < then


def test_javascript_reloads_the_page_if_a_new_answer_makes_an_earlier_hidden_answer_visible_again(
    enter: SimpleNamespace, cast: Cast, week: UUID
) -> None:
    cast.sam.answers(week, "the-week", "6")
    cast.sam.answers(week, "glad-of", "I walked")
    sends(
        enter, week, "the-week", 1, answer="3"
    )  # this inserts a question before the question that was answered
    page = enter.sam.get(f"/my/work/{week}")
    assert "I walked" not in page
    names = ("csrf_token", "prompt", "seen", "draft_seen", "tab")
    sent = enter.sam.client.post(
        f"/my/work/{week}/answers",
        data={**{name: page.field(name) for name in names}, "beat": "0", "answer": "rest"},
        headers={"X-Fragment": "turns"},
    )
    assert sent.status_code == 303
    assert "I walked" in enter.sam.get(sent.location)


def test_a_changed_answer_gets_a_new_reply(enter: SimpleNamespace, cast: Cast, week: UUID) -> None:
    cast.sam.answers(week, "the-week", "2")
    cast.sam.answers(week, "need-now", "rest")
    assert said(enter.sam.get(f"/my/work/{week}"))[1].startswith("Then keep this short.")
    sends(enter, week, "the-week", 1, answer="6", accept="need-now")
    page = enter.sam.get(f"/my/work/{week}")
    assert [each[:19] for each in said(page)] == [MIXED]
    sends(enter, week, "the-week", 2, answer="3")
    assert len(said(enter.sam.get(f"/my/work/{week}"))) == 2


def test_a_reply_to_an_answer_is_hidden_while_the_answer_is_being_changed(
    enter: SimpleNamespace, cast: Cast, week: UUID
) -> None:
    cast.sam.answers(week, "the-week", "2")
    cast.sam.answers(week, "need-now", "rest")
    page = enter.sam.get(f"/my/work/{week}?change=the-week")
    assert HARD not in page and "Then keep this short." in page
    assert 'class="open" id="now"' in page.text


def test_a_reply_stops_quoting_an_answer_that_was_removed(
    enter: SimpleNamespace, cast: Cast, week: UUID
) -> None:
    cast.sam.answers(week, "the-week", "6")
    cast.sam.answers(week, "glad-of", way="not_sure")
    cast.sam.answers(week, "harder", "one")
    cast.sam.answers(week, "around-you", "tired")
    cast.sam.answers(week, "told-yourself", way="talk")
    cast.sam.answers(week, "next-time", PLAN)
    cast.sam.answers(week, "next-week", "I go out at eight.")
    last = (
        enter.sam.get(f"/my/work/{week}").text.partition('id="reply-next-week"')[2].partition("</figure>")[0]
    )
    assert (
        "And for a hard moment, you wrote this down." in last and "You said earlier:" in last and PLAN in last
    )
    sends(enter, week, "next-time", 1, way="not_sure")
    page = enter.sam.get(f"/my/work/{week}")
    assert "You can add it to your plan." in page
    assert "And for a hard moment" not in page


def test_the_practitioner_reads_the_same_replies_as_the_participant(
    enter: SimpleNamespace, cast: Cast, week: UUID
) -> None:
    cast.sam.finishes(week, {"the-week": ["2"]})
    his = said(enter.sam.get(f"/my/work/{week}"))
    assert HARD not in enter.sam.get(f"/my/work/{week}/check"), "there it is his answers that are checked"
    submission = cast.sam.submits(week)
    review = enter.priya.get(f"/submissions/{submission}")
    assert said(review) == his and his[0].startswith(HARD)
    assert "The guide replied:" in review
    assert said(enter.sam.get(f"/my/work/{week}")) == his


def test_every_answer_except_free_text_is_followed_by_a_reply(enter: SimpleNamespace, cast: Cast) -> None:
    once = [kind for kind in kinds() if kind != "daily_record"]
    hold_every_kind(cast.store, cast.now, *once)
    work = cast.priya.sets(cast.sam, "every-kind")
    free = {prompt.id for prompt in every_kind(*once).prompts if prompt.free_text}
    for prompt in every_kind(*once).prompts:
        typed = {name: list(texts) for name, texts in prompt.example.form.items()}
        cast.sam.sends(work, prompt.id, typed)
    page = enter.sam.get(f"/my/work/{work}")
    replied = set(re.findall(r'id="reply-([a-z_-]+)"', page.text))
    assert replied and not replied & free
    assert replied == {turn.prompt.id for turn in cast.sam.work(work).conversation.turns} - free
    assert len(set(said(page))) >= min(4, len(replied))


def test_a_diary_entry_about_a_hard_day_gets_a_reply_at_once(enter: SimpleNamespace, cast: Cast) -> None:
    work = cast.priya.sets(cast.sam, "urge-and-choice-diary")
    cast.sam.answers(work, "time-of-day", "evening")
    form = {
        "noted-on": ["2026-11-24"],
        "line": ["I walked."],
        "number-1": ["9"],
        "number-2": ["1"],
        "number-3": ["2"],
    }
    cast.sam.sends(work, "days", form)
    page = enter.sam.get(f"/my/work/{work}")
    assert "You don’t have to carry a day like that alone." in page
    assert 'aria-labelledby="so-far reply-days ask-days"' in page.text


def test_companions_own_replies_are_in_the_pages_language(enter: SimpleNamespace, cast: Cast) -> None:
    hold_every_kind(cast.store, cast.now, "one_choice", "scale")
    work = cast.priya.sets(cast.sam, "every-kind")
    (first, *_) = cast.sam.work(work).activity.prompts
    cast.sam.answers(work, first.id, way="not_sure")
    assert said(enter.sam.get(f"/my/work/{work}")) == [
        "That's all right. Not being sure yet is a good answer."
    ]
    enter.sam.post("/language", {"language": "cy", "back": "/my/"}, of="/my/")
    assert said(enter.sam.get(f"/my/work/{work}")) == [
        "Mae hynny'n iawn. Mae bod heb benderfynu eto yn ateb da."
    ]
