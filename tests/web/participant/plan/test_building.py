"""Test building a plan question by question without losing typed text."""

import re
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

import pytest

from companion.content import plan_parts
from companion.domain.plan.plan import PART_MOST, Stage
from companion.domain.plan.urgent import at_hand
from tests.cast import Cast
from tests.fixtures import Clock
from tests.visitor import Page, Visitor
from tests.web.participant.plan.keeping import ALSO_WRITING, LONG, TOO_LONG, of, posts, puts_in, words


def test_building_a_plan_asks_one_question_at_a_time(sam: Visitor, cast: Cast) -> None:
    page, asked = sam.get("/my/plan/build/signs"), []
    while page.path.startswith("/my/plan/build/"):
        assert page.text.count('<article class="open"') == 1 and page.text.count("<textarea") <= 2
        asked.append(page.field("place"))
        where = f"{page.path}?stage={page.field('stage')}" if 'name="stage"' in page.text else page.path
        page = posts(sam, page.path, where, way="done", **stage_of(page))
    assert page.path == "/my/plan/built" and len(asked) == 5 == len(set(asked))
    assert "Your plan is still empty, and that's all right." in page and of(cast).versions == ()


MOST_PRESSES, MOST_FIELDS = 14, 7
SAID = {
    "build/signs/amber": ("I stay up late", ""),
    "build/signs/red": ("I lie about my evening", ""),
    "build/first/amber": ("I go for a walk", ""),
    "build/first/red": ("I put the phone in the kitchen", ""),
    "build/people": ("My brother", "01632 960 111"),
}


def test_a_useful_plan_can_be_built_with_few_presses(sam: Visitor, cast: Cast) -> None:
    """In an earlier version of Companion, building a useful plan took 26 presses and 13 fields."""
    (link,) = re.findall(r'<a href="(/my/plan/build/[^"]+)">Build my plan', sam.get("/my/").text)
    page, presses, fields = sam.get(link), 1, 0
    while page.path.startswith("/my/plan/build/"):
        said, more = SAID[page.field("place")]
        fields += len(re.findall(r'<(?:textarea|input)[^>]* name="(?:words|more)"', page.text))
        presses += 1
        where = f"{page.path}?stage={page.field('stage')}" if 'name="stage"' in page.text else page.path
        page = posts(sam, page.path, where, words=said, more=more, **stage_of(page))
    assert page.path == "/my/plan/built" and "Your plan can help you now." in page
    assert presses <= MOST_PRESSES and fields <= MOST_FIELDS
    helps = at_hand(of(cast))
    assert helps.urgent == [Stage.RED, Stage.AMBER] and [each.dial for each in helps.people] != [""]
    for stage in helps.urgent:
        assert helps.signs[stage]
    for part in ("slip", "limits", "instead"):  # the page only links to the other parts
        assert f'href="/my/plan/build/{part}' in page.text
    assert "(Green)" in page and 'href="/my/plan/build/people' not in page.text


def test_a_plan_answer_stays_visible_above_the_next_question(sam: Visitor) -> None:
    where = "/my/plan/build/signs?stage=amber"
    page = posts(sam, "/my/plan/build/signs", where, words="I stay up late", stage="amber")
    log = page.text[page.text.index('role="log"') :]
    assert log.index("I stay up late") < log.index('class="open follows"') < log.index("time to stop?")
    assert "Is there anything else?" not in page


def test_advice_beside_plan_questions_is_collapsed_from_the_second_time(
    sam: Visitor,
) -> None:
    folded, rest, danger = (
        "What to leave out, and who else",
        "Please leave out",
        "If a child is in danger now",
    )
    opened = sam.get("/my/plan/build/signs?stage=amber")
    assert folded not in opened and rest in opened and danger in opened
    page = posts(sam, "/my/plan/build/signs", "/my/plan/build/signs", stage="amber", way="not_sure")
    assert folded in page and rest in page and danger in page
    assert "Priya can read your plan at any time" in page
    assert folded not in sam.get("/my/plan/build/signs?stage=red")


def test_a_plan_is_explained_only_before_its_first_question(sam: Visitor) -> None:
    said, where = (
        "Your plan says in your own words how you'll notice hard moments",
        "/my/plan/build/signs?stage=amber",
    )
    assert said in sam.get(where)
    page = posts(sam, "/my/plan/build/signs", where, words="I stay up late", stage="amber")
    assert said not in page and said not in sam.get(where)


def test_the_plans_questions_are_worded_differently_at_each_stage(sam: Visitor) -> None:
    asked = {stage: sam.get(f"/my/plan/build/signs?stage={stage}") for stage in Stage}
    for stage, said in {
        Stage.GREEN: "How can you tell that you're steady?",
        Stage.AMBER: "How can you tell you're starting to slip?",
        Stage.RED: "How can you tell that it's time to stop?",
    }.items():
        assert [each for each, page in asked.items() if said in page] == [stage]
    helps = [re.findall(r'<div class="help"><p>(.*?)</p>', page.text) for page in asked.values()]
    assert len({each for (each,) in helps}) == len(Stage)


def stage_of(page: Page) -> dict[str, str]:
    return {"stage": page.field("stage")} if 'name="stage"' in page.text else {}


def test_building_a_plan_asks_for_one_more_item_after_each_answer(sam: Visitor, cast: Cast) -> None:
    where = "/my/plan/build/signs?stage=amber"
    page = posts(sam, "/my/plan/build/signs", where, words="I stay up late", stage="amber", way="more")
    assert "Is there anything else?" in page and "I stay up late" in page
    (item,) = of(cast).now
    assert (item.entry.part, item.entry.stage, item.source) == ("signs", "amber", None)
    assert "Is there anything else?" not in sam.get("/my/plan/build/signs?stage=red")


@pytest.mark.parametrize("part", [part.id for part in plan_parts().asked])
def test_a_participant_who_adds_no_further_plan_item_is_asked_the_next_plan_question(
    part: str, sam: Visitor, cast: Cast
) -> None:
    where = f"/my/plan/build/{part}"
    stage = stage_of(sam.get(where))
    first = posts(sam, where, where, words="", **stage)
    assert first.status == 422 and first.path == where
    said = {"words": "My doctor", "more": "01632 960123", **stage}
    page = posts(sam, where, where, way="more", **said)
    assert "Is there anything else?" in page
    place = page.field("place")
    page = posts(sam, where, f"{where}?{urlencode(stage)}", words=" ", more="", **stage)
    assert page.status == 200
    assert page.path == "/my/plan/built" or page.field("place") != place
    assert "needs changing" not in page and "Is there anything else?" not in page
    assert words(cast) == ["My doctor"]


def test_adding_another_plan_item_without_text_is_refused(
    sam: Visitor,
) -> None:
    where = "/my/plan/build/good"
    posts(sam, where, where, words="Walking", way="more")
    page = posts(sam, where, where, words="", way="more")
    summary = re.search(r'<ul id="summary-list">(.*?)</ul>', page.text, re.DOTALL)
    assert page.status == 422 and summary and "Is there anything else?" in summary[1]


def test_a_person_whose_phone_number_is_not_given_can_be_added_to_the_plan(sam: Visitor, cast: Cast) -> None:
    page = sam.get("/my/plan/build/people")
    assert "A first name is enough" in page and "Phone number, if you like" in page
    page = posts(sam, "/my/plan/build/people", "/my/plan/build/people", words="My neighbour", more="")
    assert page.status == 200 and words(cast) == ["My neighbour"]
    for path in ("/my/plan", "/my/plan/today", "/my/plan/printed", "/my/plan/pause"):
        assert "My neighbour" in sam.get(path), path


def test_a_new_plan_without_a_step_for_red_has_a_link_to_add_one(
    sam: Visitor,
) -> None:
    posts(sam, "/my/plan/build/first", "/my/plan/build/first?stage=amber", words="A walk", stage="amber")
    page = sam.get("/my/plan/built")
    assert "Your plan can help you now." not in page and "What you wrote is in your plan." in page
    link = re.search(r'<a class="btn primary wide" href="([^"]+)">Write what you', page.text)
    assert link and link[1] == "/my/plan/build/first?stage=red#now" and ">See who can help</a>" in page.text
    assert page.text.count("/my/plan/build/first?stage=red") == 1
    posts(sam, "/my/plan/build/first", "/my/plan/build/first?stage=red", words="I stop", stage="red")
    assert "Your plan can help you now." in sam.get("/my/plan/built")


def test_the_progress_bar_moves_with_each_plan_question(sam: Visitor) -> None:
    """If a question is about a stage, the stage is named above the question."""
    page, bars = sam.get("/my/plan/build/signs?stage=amber"), []
    while page.path.startswith("/my/plan/build/"):
        asked = re.search(r'<div class="ask" id="ask">(.*?)</div>', page.text, re.DOTALL)
        assert asked and asked[1].count("?") == 1
        assert "at red" not in page and "at each stage" not in page
        bars += re.findall(r'<progress value="(\d+)" max="(\d+)"', page.text)
        where = f"{page.path}?stage={page.field('stage')}" if 'name="stage"' in page.text else page.path
        page = posts(sam, page.path, where, way="not_sure", **stage_of(page))
    assert bars == [(str(done), "5") for done in range(5)]
    more = posts(sam, "/my/plan/build/signs", "/my/plan/build/signs", words="Late", stage="amber", way="more")
    assert '<progress value="1" max="5"' in more.text


def test_the_plan_page_links_to_an_answer_that_was_saved_for_later(sam: Visitor, cast: Cast) -> None:
    where = "/my/plan/build/signs?stage=amber"
    assert "Nothing more to add" not in sam.get(where)
    form = {"place": "build/signs/amber", "tab": "one", "beat": "1", "draft_seen": "0", "then": "plan"}
    page = sam.post("/my/plan/draft", {**form, "words": "I stay up"}, of=where)
    waiting = f'<a href="{where}#now">My warning signs (Amber)</a>'
    assert page.path == "/my/plan" and waiting in page.text
    posts(sam, "/my/plan/build/first", "/my/plan/build/first?stage=red", words="A walk", stage="red")
    assert waiting in sam.get("/my/plan/built").text
    posts(sam, "/my/plan/build/signs", where, words="I stay up late", stage="amber", way="more")
    assert waiting not in sam.get("/my/plan").text
    assert "Nothing more to add" in sam.get(where)


@pytest.mark.parametrize("way", ["not_sure", "talk", "done"])
def test_skipping_a_plan_question_keeps_the_typed_text(way: str, sam: Visitor, cast: Cast) -> None:
    page = posts(sam, "/my/plan/build/avoid", "/my/plan/build/avoid", words="Late evenings", way=way)
    assert page.path == "/my/plan/build/instead" and of(cast).versions == ()
    assert ("Companion won't pass this question on" in page) == (way == "talk")
    assert "Late evenings" in sam.get("/my/plan/build/avoid")


def test_a_plan_item_that_is_too_long_stays_on_the_page(sam: Visitor, cast: Cast) -> None:
    for path in ("/my/plan/build/good", "/my/plan/add?part=good"):
        page = posts(sam, path.split("?")[0], path, words=LONG, part="good")
        assert page.status == 422 and TOO_LONG in page and LONG in page
    item = puts_in(cast, "good", ("Walking", "", ""))
    page = posts(sam, f"/my/plan/items/{item}", f"/my/plan/items/{item}", words=LONG)
    assert page.status == 422 and TOO_LONG in page and LONG in page
    assert words(cast) == ["Walking"]
    assert LONG in sam.get(
        "/my/plan/build/good"
    )  # the text is kept even after the participant leaves the page


def test_a_plan_item_without_a_stage_is_refused(sam: Visitor, cast: Cast) -> None:
    for stage, sentence in (("", "You haven't chosen anything yet."), ("blue", "isn't one of the choices")):
        page = posts(sam, "/my/plan/add", "/my/plan/add?part=signs", words="Tired", part="signs", stage=stage)
        assert page.status == 422 and sentence in page and "Tired" in page
    assert of(cast).versions == ()


def test_a_line_break_in_a_persons_name_in_the_plan_is_refused(sam: Visitor, cast: Cast) -> None:
    page = posts(sam, "/my/plan/build/people", "/my/plan/build/people", words="My\nsister", more="at home")
    assert page.status == 422 and "This text has to fit on one line." in page
    assert 'value="at home"' in page.text and of(cast).versions == ()


def test_a_part_of_the_plan_can_have_at_most_two_hundred_items(sam: Visitor, cast: Cast) -> None:
    puts_in(cast, "good", *((f"Number {number}!", "", "") for number in range(PART_MOST)))
    page = sam.get("/my/plan")
    assert all(f"Number {number}!" in page.text for number in (0, 99, 199))
    full = posts(sam, "/my/plan/build/good", "/my/plan/build/good", words="One too many")
    assert full.status == 422 and "there's only room for 200 things." in full and "One too many" in full
    assert "There are 199 more things to look at after this." in sam.post("/my/plan/review")
    assert len(words(cast)) == PART_MOST


def test_sending_a_plan_form_twice_adds_one_item(sam: Visitor, cast: Cast) -> None:
    shown = sam.get("/my/plan/build/good")
    form = {name: shown.field(name) for name in ("once", "tab", "draft_seen")}
    for _ in range(2):
        sam.post("/my/plan/build/good", {**form, "words": "Walking"})
    assert words(cast) == ["Walking"]
    page = sam.post("/my/plan/build/good", {**form, "words": "Swimming"})
    assert (
        page.status == 409
        and "You've already saved some of what you wrote here." in page
        and "Swimming" in page
    )
    again = {**form, "once": page.field("once"), "words": "Swimming"}
    assert sam.post("/my/plan/build/good", again).status == 200
    assert words(cast) == ["Walking", "Swimming"]


def test_sending_a_plan_page_again_with_different_text_can_add_a_second_item(
    sam: Visitor, cast: Cast
) -> None:
    shown = sam.get("/my/plan/add?part=good")
    form = {"once": shown.field("once"), "part": "good"}
    sam.post("/my/plan/add", {**form, "words": "Walking"}, of="/my/plan")
    page = sam.post("/my/plan/add", {**form, "words": "Swimming"}, of="/my/plan")
    assert page.status == 409 and "Swimming" in page and words(cast) == ["Walking"]
    sam.post("/my/plan/add", {**form, "once": page.field("once"), "words": "Swimming"}, of="/my/plan")
    assert words(cast) == ["Walking", "Swimming"]


def types(
    browser: Visitor, place: str, text: str, *, tab: str, then: str = "typing", of: str = "/my/"
) -> Any:
    form = {"place": place, "tab": tab, "beat": "1", "draft_seen": "0", "words": text, "then": then}
    return browser.client.post("/my/plan/draft", data={**form, "csrf_token": browser.token(of)})


def test_plan_drafts_typed_in_two_windows_are_both_shown(sam: Visitor, cast: Cast) -> None:
    assert types(sam, "build/good", "Skating", tab="one").get_json()["saved"]
    assert types(sam, "build/good", "Swimming", tab="two").get_json() == {"why": "elsewhere"}
    form = {"words": "Swimming", "tab": "two", "draft_seen": "0", "once": str(uuid4())}
    page = sam.post("/my/plan/build/good", form)
    assert page.status == 409 and ALSO_WRITING in page and "Skating" in page and "Swimming" in page
    assert of(cast).versions == ()
    again = {**form, "draft_seen": page.field("draft_seen")}
    assert sam.post("/my/plan/build/good", again).status == 200 and words(cast) == ["Swimming"]
    assert "Skating" not in sam.get("/my/plan/build/good").text


@pytest.mark.parametrize(
    "place", ["", "build", "build/nothing", "build/signs", "build/good/red", "item/x", "item/" + "-" * 36,
              f"item/{UUID(int=0)}", "item//", "../x", "\x00"],
)  # fmt: skip
def test_a_plan_draft_for_an_unknown_question_is_refused(place: str, sam: Visitor, cast: Cast) -> None:
    reply = types(sam, place, "Walking", tab="one")
    assert reply.status_code == 409 and reply.get_json() == {"why": "refused"}
    assert types(sam, place, "Walking", tab="one", then="home").status_code == 422
    assert sam.get(f"/my/plan/pause?place={place}").status == 200


def test_the_help_page_leads_back_to_the_same_plan_question(sam: Visitor) -> None:
    reply = types(sam, "build/signs/amber", "I stay up", tab="one", then="help", of="/my/plan")
    page = sam.get(reply.location)
    assert page.path == "/my/plan/pause" and "We've saved what you typed." in page
    back = re.search(r'href="([^"]+)">Back to the same question', page.text)
    assert back and back[1] == "/my/plan/build/signs?stage=amber#now"
    assert "I stay up" in sam.get(back[1])


def test_the_help_page_opens_even_if_the_plan_draft_cannot_be_saved(sam: Visitor) -> None:
    types(sam, "build/good", "Walking", tab="one")
    page = sam.get(types(sam, "build/good", "Swimming", tab="two", then="help").location)
    assert page.path == "/my/plan/pause" and "We couldn't save what you typed," in page


def test_plan_text_from_a_locked_session_is_shown_only_after_signing_in(
    sam: Visitor, cast: Cast, clock: Clock
) -> None:
    token = sam.token("/my/plan")
    once = str(uuid4())
    clock.forward(minutes=16)
    form = {"csrf_token": token, "page": "/my/plan/build/signs", "words": "I sleep badly", "stage": "red"}
    reply = sam.client.post("/my/plan/build/signs", data={**form, "once": once})
    assert reply.location == "/sign-in?next=/my/plan/build/signs" and of(cast).versions == ()
    draft = {"csrf_token": token, "place": "build/good", "words": "Walk", "tab": "x", "draft_seen": "0"}
    assert sam.client.post("/my/plan/draft", data={**draft, "then": "typing"}).get_json()["locked"] is True
    to_help = sam.client.post("/my/plan/draft", data={**draft, "then": "help"})
    assert to_help.location == "/help"
    back = sam.post(
        "/sign-in",
        {"sign_in_name": "sam", "passphrase": cast.sam.passphrase, "next": "/my/plan/build/signs"},
    )
    assert "I sleep badly" in back and back.field("stage") == "red" and back.field("once") == once
    sam.post(
        "/my/plan/build/signs", {"page": "/my/plan/build/signs", "words": "I sleep badly", "stage": "red"}
    )
    assert words(cast) == ["I sleep badly"]
    assert "Walk" in sam.get("/my/plan/build/good")
