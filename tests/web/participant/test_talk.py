"""Test that a conversation never asks a question twice. Test that a conversation says how many questions are
left.
"""

import html
import re
from types import SimpleNamespace
from uuid import UUID

import pytest

from tests.cast import Cast
from tests.fields import value_of
from tests.visitor import Page, Visitor

CARRIED = ("prompt", "seen", "draft_seen", "tab")
LOSES_ONE = (
    "With this change, one later answer is no longer needed.",
    "We won't send that answer unless you undo your change.",
)


@pytest.fixture
def week(cast: Cast) -> UUID:
    """Return work with five answers. Changing the fourth answer can remove the fifth answer."""
    work = cast.priya.sets(cast.sam, "a-week-of-choices")
    for prompt, said in (("the-week", "6"), ("glad-of", "I walked"), ("made-possible", "planned")):
        cast.sam.answers(work, prompt, said)
    cast.sam.answers(work, "harder", "one")
    cast.sam.answers(work, "around-you", "tired")
    return work


def sends(browser: Visitor, work: UUID, page: Page, **said: str) -> Page:
    form = {name: value_of(name, page.text) for name in CARRIED}
    return browser.post(f"/my/work/{work}/answers", {**form, **said}, of=f"/my/work/{work}")


@pytest.mark.parametrize("button", [{"way": "answered"}, {}], ids=["save the change", "save and continue"])
def test_a_confirmed_change_is_saved_without_asking_again(
    enter: SimpleNamespace, cast: Cast, week: UUID, button: dict[str, str]
) -> None:
    page = sends(enter.sam, week, enter.sam.get(f"/my/work/{week}?change=harder"), answer="none")
    assert page.status == 409 and all(words in page for words in LOSES_ONE)
    accept = re.search(r'name="accept" value="([^"]*)"', page.text)
    assert accept
    saved = sends(enter.sam, week, page, answer="none", accept=accept[1], **button)
    assert saved.status == 200 and "We've saved your answer." in saved
    assert cast.sam.work(week).answers["harder"].value == "none"


def test_a_change_that_removes_answers_is_saved_only_if_the_participant_confirms_each_removal(
    enter: SimpleNamespace, cast: Cast, week: UUID
) -> None:
    page = sends(enter.sam, week, enter.sam.get(f"/my/work/{week}?change=harder"), answer="none")
    assert sends(enter.sam, week, page, answer="none", accept="").status == 409
    assert sends(enter.sam, week, page, answer="none", accept="around-you glad-of").status == 409
    assert cast.sam.work(week).answers["harder"].value == "one"


@pytest.mark.parametrize(("way", "said"), [("not_sure", "not sure yet"), ("talk", "rather talk about it")])
def test_an_empty_answer_box_does_not_say_that_its_text_is_saved(
    enter: SimpleNamespace, cast: Cast, way: str, said: str
) -> None:
    work = cast.priya.sets(cast.sam, "hopes-and-fears")
    cast.sam.answers(work, "hopes", way=way)
    page = enter.sam.get(f"/my/work/{work}?change=hopes")
    assert said in page and "You wrote nothing here." in page and "This is what's saved now." not in page
    cast.sam.answers(work, "hopes", "Calm evenings")
    assert "This is what's saved now." in enter.sam.get(f"/my/work/{work}?change=hopes")


def test_the_button_for_cancelling_is_directly_below_the_answer_box(
    enter: SimpleNamespace, week: UUID
) -> None:
    page = enter.sam.get(f"/my/work/{week}?change=glad-of").text
    assert page.index('class="sheet') < page.index("Leave this answer as it was") < page.index('class="ways"')


def test_checking_work_mentions_the_session_only_if_an_answer_is_marked_for_it(
    enter: SimpleNamespace, cast: Cast
) -> None:
    marked, work = "you'll talk about the answers you marked", cast.priya.sets(cast.sam, "hopes-and-fears")
    while prompt := cast.sam.work(work).conversation.next_prompt:
        cast.sam.answers(work, prompt.id, way="not_sure")
    assert marked not in enter.sam.get(f"/my/work/{work}/check")
    cast.sam.finishes(other := cast.priya.sets(cast.sam, "warning-signs"))
    assert marked in enter.sam.get(f"/my/work/{other}/check")


@pytest.mark.parametrize(
    "activity", ["a-week-of-choices", "if-i-have-slipped", "preparing-for-the-first-session"]
)
def test_the_number_of_questions_left_never_rises(activity: str, enter: SimpleNamespace, cast: Cast) -> None:
    work, left, at = cast.priya.sets(cast.sam, activity), [], 0
    while (prompt := cast.sam.work(work).conversation.next_prompt) is not None:
        at += 1
        page = enter.sam.get(f"/my/work/{work}")
        heading = re.search(r'<h2 class="eyebrow">\s*([^<]+)</h2>', page.text)
        assert heading and "up to" not in page.text.lower()
        here, *more = re.findall(r"\d+|one more", heading[1])
        assert int(here) == at
        if more:
            said = 1 if more == ["one more"] else int(more[0])
            left.append((at, said - at if " of " in heading[1] else said))
        cast.sam.answers(work, prompt.id, way="not_sure")
    counts = [count for _, count in left]
    assert counts == sorted(counts, reverse=True) and counts[-1] == 0
    assert all(abs(count - (at - where)) <= 1 for where, count in left)


def test_work_with_every_question_answered_can_be_sent_in_two_presses(
    enter: SimpleNamespace, cast: Cast
) -> None:
    work = cast.priya.sets(cast.sam, "a-week-of-choices")
    cast.sam.finishes(work, {})
    home = enter.sam.get("/my/")
    assert "You've answered every question." in home and "Carry on where you left off." not in home
    link = re.search(r'<a class="btn primary wide" href="([^"]+)">\s*Check and send', home.text)
    assert link
    check = enter.sam.get(link[1])
    assert check.path == f"/my/work/{work}/check" and ">Send to Priya<" in check.text
    sent = enter.sam.post(f"/my/work/{work}/submission", {"seen": check.field("seen")}, of=check.path)
    assert "You've sent your answers." in sent
    assert '<a href="/help">See who answers now</a>' in sent.text


def test_ticking_an_exclusive_option_with_other_options_is_refused(
    enter: SimpleNamespace, cast: Cast
) -> None:
    work = cast.priya.sets(cast.sam, "people-who-help")
    cast.sam.answers(work, "people", way="not_sure")
    page = enter.sam.get(f"/my/work/{work}")
    assert page.text.count(" data-alone") == 1
    form = {name: value_of(name, page.text) for name in (*CARRIED, "csrf_token")}
    reply = enter.sam.client.post(
        f"/my/work/{work}/answers", data={**form, "answer": ["doctor", "none-yet"]}, follow_redirects=True
    )
    assert reply.status_code == 422 and "together with anything else." in html.unescape(reply.text)
    ticked = re.findall(r'value="([a-z-]+)"[^>]*? checked', reply.text)
    assert ticked == ["doctor", "none-yet"]
    # the ticks are kept even after the participant leaves the page
    assert enter.sam.get(f"/my/work/{work}").text.count(" checked") == 2


def test_an_earlier_answer_is_quoted_together_with_the_question_it_answered(
    enter: SimpleNamespace, cast: Cast
) -> None:
    work = cast.priya.sets(cast.sam, "managing-risky-moments")
    while (prompt := cast.sam.work(work).conversation.next_prompt) and prompt.id != "how-sure":
        if prompt.id == "plan":
            cast.sam.sends(work, "plan", {"situation": ["Late at night"], "plan": ["I go to bed"]})
        else:
            cast.sam.answers(work, prompt.id, way="talk")
    page = enter.sam.get(f"/my/work/{work}")
    asked = cast.sam.work(work).activity.prompt("plan")
    assert asked and f"Earlier I asked: {asked.ask} You said:" in page and "You said earlier, to:" not in page
