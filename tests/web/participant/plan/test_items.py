"""Test that plan items can be added from answers, changed, removed and put back."""

import re
from uuid import UUID

import pytest

from companion.domain.plan.plan import From, Source
from companion.services.plan import items, parts
from tests.cast import Cast
from tests.visitor import Visitor
from tests.web.forms import Forms, filled
from tests.web.participant.plan.keeping import ELSEWHERE, of, posts, puts_in, words


def test_an_empty_plan_offers_a_single_way_to_begin(sam: Visitor) -> None:
    page = sam.get("/my/plan")
    assert "Build it step by step" in page and "There's nothing in your plan yet." in page
    assert page.text.count("btn primary wide") == 1
    assert "Build my plan step by step" in sam.get("/my/")


def test_the_plan_page_never_says_that_the_plan_is_incomplete(sam: Visitor, cast: Cast) -> None:
    puts_in(cast, "good", ("Walking by the river", "", ""))
    page = sam.get("/my/plan")
    assert (
        "You and Priya can read this plan. The service's lead can read this plan if they give a reason."
        in page
    )
    assert page.text.count("btn primary wide") == 1
    plain = re.sub(r"<[^>]+>", " ", page.text).lower()
    assert not re.search(r"incomplete|missing|unfinished|\d+ of \d+|%", plain)
    assert "Build my plan step by step" not in sam.get("/my/")


def test_an_answer_added_to_the_plan_links_back_to_the_work(sam: Visitor, cast: Cast, hopes: UUID) -> None:
    work = sam.get(f"/my/work/{hopes}")
    link = f"/my/plan/add?work={hopes}&question=hopes&of=answer"
    assert link.replace("&", "&amp;") in work.text
    form = sam.get(link)
    assert "Why I am changing, and who it protects" in form  # the part that this activity suggests
    assert [*re.findall(r"<textarea[^>]*>\n([^<]*)", form.text)] == ["To feel calmer", "To sleep well"]
    carried = {name: form.field(name) for name in ("once", "part", "work", "question", "of")}
    back = sam.post("/my/plan/add", {**carried, "words": ["To feel calm", ""]}, of=link)
    assert back.path == f"/my/work/{hopes}" and "Added to your plan." in back
    (item,) = of(cast).now
    assert (item.entry.part, item.entry.words) == ("why", "To feel calm")
    assert item.source == Source(From.ANSWER, hopes, "hopes")
    reply = sam.client.get(f"/my/plan/items/{item.id}/source")
    assert reply.location == f"/my/work/{hopes}#turn-hopes" and 'id="turn-hopes"' in work.text


def test_an_answer_can_be_added_to_another_part_of_the_plan(sam: Visitor, cast: Cast, hopes: UUID) -> None:
    link = f"/my/plan/add?work={hopes}&question=hopes&of=answer"
    choice = sam.get(f"{link}&part=")
    assert "Which part of your plan would you like to add to?" in choice and "<textarea" not in choice.text
    form = sam.get(f"{link}&part=people")
    fields = {
        "part": "people",
        "work": str(hopes),
        "question": "hopes",
        "of": "answer",
        "once": form.field("once"),
    }
    two = {"words": ["My sister", "Tom"], "more": ["01632 960123", "the\nclub"]}
    page = sam.post("/my/plan/add", {**fields, **two}, of=link)
    assert page.status == 422 and 'value="Tom"' in page.text and 'value="My sister"' in page.text
    assert re.search(
        r'<a href="#more-2"><b>Number 2, Phone number[^<]+:</b> This text has to fit on one line', page.text
    )
    assert re.search(
        r'id="more-2"[^>]*aria-describedby="more-2-wrong confide" aria-invalid="true"', page.text
    )
    assert of(cast).versions == ()


def test_sent_feedback_can_be_added_to_the_plan(sam: Visitor, cast: Cast, hopes: UUID) -> None:
    cast.sam.finishes(hopes)
    submission = cast.sam.submits(hopes)
    link = f"/my/plan/add?work={hopes}&question=hopes&of=feedback"
    cast.priya.reads(submission)
    assert "Evenings matter" not in sam.get(link)
    cast.priya.releases(submission, hopes="Evenings matter", whole="Walk every day")
    assert "question=hopes&amp;of=feedback" in sam.get(f"/my/work/{hopes}").text
    assert "Evenings matter" in sam.get(link)
    whole = sam.get(f"/my/plan/add?work={hopes}&question=&of=feedback&part=good")
    fields = {
        "part": "good",
        "work": str(hopes),
        "question": "",
        "of": "feedback",
        "once": whole.field("once"),
    }
    back = sam.post("/my/plan/add", {**fields, "words": "Walk every day"}, of="/my/plan")
    assert back.path == f"/my/work/{hopes}" and "Added to your plan." in back
    (item,) = of(cast).now
    assert sam.client.get(f"/my/plan/items/{item.id}/source").location == f"/my/work/{hopes}"
    assert "From what Priya said" in sam.get("/my/plan")


def test_an_answer_removed_from_the_work_stays_in_the_plan(sam: Visitor, cast: Cast) -> None:
    work_id = cast.priya.sets(cast.sam, "a-week-of-choices")
    for prompt, said in (
        ("the-week", "6"),
        ("glad-of", "I walked"),
        ("made-possible", "planned"),
        ("harder", "one"),
    ):
        cast.sam.answers(work_id, prompt, said)
    cast.sam.answers(work_id, "around-you", "tired")
    item = puts_in(cast, "avoid", ("Being tired", "", ""), source=Source(From.ANSWER, work_id, "around-you"))
    assert sam.client.get(f"/my/plan/items/{item}/source").status_code == 302
    page = sam.get(f"/my/work/{work_id}?change=harder")
    form = {name: page.field(name) for name in ("prompt", "seen", "draft_seen", "tab")}
    left = {**form, "answer": "none", "accept": "around-you"}
    assert sam.post(f"/my/work/{work_id}/answers", left, of=f"/my/work/{work_id}").status == 200
    gone = sam.get(f"/my/plan/items/{item}/source")
    assert gone.status == 200 and "You've changed that work since then" in gone and "Being tired" in gone
    asked = sam.get(f"/my/plan/add?work={work_id}&question=around-you&of=answer&part=avoid")
    assert "isn't part of your work any more" in asked and "<textarea" in asked.text


@pytest.mark.parametrize(
    "query",
    ["work={others}&question=hopes&of=answer", "work={hopes}&question=nothing&of=answer",
     "work={hopes}&question=hopes&of=gossip", "work=x&question=hopes&of=answer",
     "work={hopes}&question=%00&of=answer", "work=00000000-0000-0000-0000-000000000000&of=answer"],
)  # fmt: skip
def test_another_participants_answers_cannot_be_added_to_a_plan(
    query: str, sam: Visitor, cast: Cast, hopes: UUID
) -> None:
    others = cast.daniel.sets(cast.idris, "hopes-and-fears")
    cast.idris.answers(others, "hopes", "To be left alone")
    named = query.format(others=others, hopes=hopes)
    page = sam.get(f"/my/plan/add?{named}")
    assert page.status == 404 and "To be left alone" not in page


def test_a_plan_item_that_did_not_come_from_an_answer_has_no_link_to_an_answer(
    sam: Visitor, cast: Cast
) -> None:
    item = puts_in(cast, "good", ("Walking", "", ""))
    assert sam.get(f"/my/plan/items/{item}/source").status == 404
    assert "/source" not in sam.get("/my/plan").text


def test_a_removed_plan_item_can_be_put_back_at_once(sam: Visitor, cast: Cast) -> None:
    item = puts_in(cast, "good", ("Walking by the river", "", ""))
    page = posts(sam, f"/my/plan/items/{item}/removal", "/my/plan")
    assert "You took this out of your plan:" in page and "Walking by the river" in page and words(cast) == []
    back = sam.post(f"/my/plan/items/{item}/return", of="/my/plan")
    assert back.path == "/my/plan" and words(cast) == ["Walking by the river"]


def test_an_item_stays_in_the_plan_when_its_part_is_retired(sam: Visitor, cast: Cast) -> None:
    item = puts_in(cast, "limits", ("My phone stays in the kitchen", "", ""))
    parts.retire(cast.margaret.actor, "limits", 0, retired=True)
    assert "My phone stays in the kitchen" in sam.get("/my/plan")
    assert "/my/plan/build/limits" not in sam.get("/my/plan").text
    assert sam.get("/my/plan/build/limits").status == 404
    posts(sam, f"/my/plan/items/{item}", f"/my/plan/items/{item}", words="In the hall", place=f"item/{item}")
    assert words(cast) == ["In the hall"]


def test_changing_a_plan_item_keeps_the_previous_version(sam: Visitor, cast: Cast) -> None:
    item = puts_in(cast, "signs", ("I sleep badly", "", "amber"))
    page = posts(sam, f"/my/plan/items/{item}", f"/my/plan/items/{item}", words="I sleep little", stage="red")
    assert page.path == "/my/plan" and "We've kept the earlier version." in page
    whole = of(cast)
    assert [(each.entry.words, each.entry.stage) for each in whole.now] == [("I sleep little", "red")]
    assert [each.entry.words for each in whole.at(1)] == ["I sleep badly"]


def test_changing_a_plan_item_in_two_windows_shows_both_texts(sam: Visitor, cast: Cast) -> None:
    item = puts_in(cast, "good", ("Walking", "", ""))
    path = f"/my/plan/items/{item}"
    second = sam.get(path)
    form = {name: second.field(name) for name in ("seen", "tab", "draft_seen", "place")}
    posts(sam, path, path, words="Walking at dusk")
    page = sam.post(path, {**form, "words": "Swimming"}, of=path)
    assert page.status == 409 and ELSEWHERE in page and "Walking at dusk" in page and "Swimming" in page
    assert words(cast) == ["Walking at dusk"]
    again = {**form, "seen": page.field("seen"), "words": "Swimming"}
    assert sam.post(path, again, of=path).path == "/my/plan" and words(cast) == ["Swimming"]


def test_a_participant_can_restore_a_plan_item_that_was_removed_in_another_window(
    sam: Visitor, cast: Cast
) -> None:
    item = puts_in(cast, "good", ("Walking", "", ""))
    path = f"/my/plan/items/{item}"
    shown = sam.get(path)
    form = {name: shown.field(name) for name in ("seen", "tab", "draft_seen", "place")}
    posts(sam, f"{path}/removal", "/my/plan")
    page = sam.post(path, {**form, "words": "Walking far"}, of="/my/plan")
    assert (
        page.status == 409 and "This text has been taken out of your plan." in page and "Walking far" in page
    )
    new = {"part": page.field("part"), "once": page.field("once"), "words": "Walking far"}
    assert sam.post("/my/plan/add", new, of="/my/plan").path == "/my/plan"
    assert words(cast) == ["Walking far"]


def test_an_item_reworded_in_another_window_is_shown_and_not_removed(sam: Visitor, cast: Cast) -> None:
    item = puts_in(cast, "good", ("Walking", "", ""))
    items.change(cast.sam.actor, item, 1, ("Walking at dusk", "", ""))
    page = sam.post(f"/my/plan/items/{item}/removal", {"seen": "1"}, of="/my/plan")
    assert page.path == f"/my/plan/items/{item}" and ELSEWHERE in page and words(cast) == ["Walking at dusk"]


def test_the_help_page_leads_back_to_the_plan_item_being_changed(sam: Visitor, cast: Cast) -> None:
    item = f"/my/plan/items/{puts_in(cast, 'good', ('Walking by the river', '', ''))}"
    form = filled(Forms(sam.get(item)).of(item), {"words": ["Walking by the sea"]})
    for then, there in (("help", "/my/plan/pause"), ("tell", "/my/tell")):
        page = sam.post("/my/plan/draft", {**form, "then": [*form.get("then", []), then]}, of=item)
        assert page.path == there
        back = re.search(rf'href="({item})"', page.text)
        assert back and "Walking by the sea" in sam.get(back[1])
    assert words(cast) == ["Walking by the river"]
