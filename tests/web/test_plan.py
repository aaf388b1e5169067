"""The plan's pages: an answer becomes an item and leads back, nothing typed is lost, nothing is called incomplete."""

import re
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest

from companion.domain.plan import PART_MOST, Act, From, Plan, Source
from companion.services import plan_sharing, planning
from companion.store import plan
from tests.cast import Cast, Participant
from tests.conftest import Clock
from tests.visitor import Page, Visitor
from tests.web.forms import Forms, filled

LONG = "x" * 5000
TOO_LONG = "This can be 1,000 characters long. Yours has 5,000, which is 4,000 too many. Nothing is lost."
ELSEWHERE = "This was changed in another window or on another device."
ALSO_WRITING = "You are also writing this in another window or on another device."


def of(cast: Cast, participant: Participant | None = None) -> Plan:
    with cast.store.reading() as tx:
        return plan.plan(tx, (participant or cast.sam).enrolment_id)


def words(cast: Cast) -> list[str]:
    return [item.entry.words for item in of(cast).now]


def puts_in(cast: Cast, part: str, *rows: tuple[str, str, str], source: Source | None = None) -> UUID:
    new_id = uuid4()
    planning.add(cast.store, cast.sam.viewer, new_id, part, rows, source, cast.now)
    return new_id


def posts(browser: Visitor, path: str, of: str, **fields: Any) -> Page:
    """Send the form of the page ``of`` with what that page carries, and follow."""
    shown = browser.get(of)
    names = ("seen", "once", "tab", "draft_seen", "place")
    carried = {name: shown.field(name) for name in names if f'name="{name}"' in shown.text}
    return browser.post(path, {**carried, **fields}, of=of)


@pytest.fixture
def sam(enter: SimpleNamespace) -> Visitor:
    return enter.sam


@pytest.fixture
def hopes(cast: Cast) -> UUID:
    """A piece of Sam's work with three answers."""
    work_id = cast.priya.sets(cast.sam, "hopes-and-fears")
    cast.sam.answers(work_id, "hopes", "To feel calmer", "To sleep well")
    cast.sam.answers(work_id, "why-it-matters", "I want my evenings back.")
    return work_id


def test_an_empty_plan_offers_one_step_and_blames_nobody(sam: Visitor) -> None:
    page = sam.get("/my/plan")
    assert "Build it step by step" in page and "There is nothing here yet." in page
    assert page.text.count("btn primary wide") == 1
    assert "Build my plan step by step" in sam.get("/my/")


def test_the_plan_says_who_can_read_it_and_never_that_something_is_missing(sam: Visitor, cast: Cast) -> None:
    puts_in(cast, "good", ("Walking by the river", "", ""))
    page = sam.get("/my/plan")
    assert "You and Priya can read this plan. Only you can change it." in page
    assert page.text.count("btn primary wide") == 1
    plain = re.sub(r"<[^>]+>", " ", page.text).lower()
    assert not re.search(r"incomplete|missing|unfinished|\d+ of \d+|%", plain)
    assert "Build my plan step by step" not in sam.get("/my/")


def test_an_answer_becomes_items_and_leads_back_to_itself(sam: Visitor, cast: Cast, hopes: UUID) -> None:
    work = sam.get(f"/my/work/{hopes}")
    link = f"/my/plan/add?work={hopes}&question=hopes&of=answer"
    assert link.replace("&", "&amp;") in work.text
    form = sam.get(link)
    assert (
        "Why I am changing, and whom it protects" in form
    )  # the part that this activity most likely belongs to
    assert [*re.findall(r"<textarea[^>]*>\n([^<]*)", form.text)] == ["To feel calmer", "To sleep well"]
    carried = {name: form.field(name) for name in ("once", "part", "work", "question", "of")}
    back = sam.post("/my/plan/add", {**carried, "words": ["To feel calm", ""]}, of=link)
    assert back.path == f"/my/work/{hopes}" and "It stands in your plan now." in back
    (item,) = of(cast).now
    assert (item.entry.part, item.entry.words) == ("why", "To feel calm")
    assert item.source == Source(From.ANSWER, hopes, "hopes")
    reply = sam.client.get(f"/my/plan/items/{item.id}/source")
    assert reply.location == f"/my/work/{hopes}#turn-hopes" and 'id="turn-hopes"' in work.text


def test_it_can_go_into_another_part(sam: Visitor, cast: Cast, hopes: UUID) -> None:
    link = f"/my/plan/add?work={hopes}&question=hopes&of=answer"
    choice = sam.get(f"{link}&part=")
    assert "Which part does it belong to?" in choice and "<textarea" not in choice.text
    form = sam.get(f"{link}&part=people")
    fields = {
        "part": "people",
        "work": str(hopes),
        "question": "hopes",
        "of": "answer",
        "once": form.field("once"),
    }
    two = {"words": ["My sister", "Tom"], "more": ["01632 960123", ""]}
    page = sam.post("/my/plan/add", {**fields, **two}, of=link)
    assert page.status == 422 and 'value="Tom"' in page.text and 'value="My sister"' in page.text
    assert re.search(r'<a href="#more-2">There is nothing here yet', page.text)
    assert re.search(
        r'id="more-2"[^>]*aria-describedby="more-2-wrong confide" aria-invalid="true"', page.text
    )
    assert of(cast).versions == ()


def test_what_his_practitioner_said_can_go_in_once_it_is_released(
    sam: Visitor, cast: Cast, hopes: UUID
) -> None:
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
    assert back.path == f"/my/work/{hopes}" and "It stands in your plan now." in back
    (item,) = of(cast).now
    assert sam.client.get(f"/my/plan/items/{item.id}/source").location == f"/my/work/{hopes}"
    assert "From what Priya said" in sam.get("/my/plan")


def test_the_plan_keeps_the_words_of_an_answer_that_left_the_path(sam: Visitor, cast: Cast) -> None:
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
    left = {**form, "answer": "none", "accept": "answered around-you"}
    assert sam.post(f"/my/work/{work_id}/answers", left, of=f"/my/work/{work_id}").status == 200
    gone = sam.get(f"/my/plan/items/{item}/source")
    assert gone.status == 200 and "not part of it now" in gone and "Being tired" in gone
    asked = sam.get(f"/my/plan/add?work={work_id}&question=around-you&of=answer&part=avoid")
    assert "not part of that work any more" in asked and "<textarea" in asked.text


@pytest.mark.parametrize(
    "query",
    ["work={others}&question=hopes&of=answer", "work={hopes}&question=nothing&of=answer",
     "work={hopes}&question=hopes&of=gossip", "work=x&question=hopes&of=answer",
     "work={hopes}&question=%00&of=answer", "work=00000000-0000-0000-0000-000000000000&of=answer"],
)  # fmt: skip
def test_what_is_not_his_is_not_found(query: str, sam: Visitor, cast: Cast, hopes: UUID) -> None:
    others = cast.daniel.sets(cast.idris, "hopes-and-fears")
    cast.idris.answers(others, "hopes", "To be left alone")
    named = query.format(others=others, hopes=hopes)
    page = sam.get(f"/my/plan/add?{named}")
    assert page.status == 404 and "To be left alone" not in page


def test_an_item_without_a_source_leads_nowhere(sam: Visitor, cast: Cast) -> None:
    item = puts_in(cast, "good", ("Walking", "", ""))
    assert sam.get(f"/my/plan/items/{item}/source").status == 404
    assert "/source" not in sam.get("/my/plan").text


def test_what_is_taken_out_can_be_put_back_at_once(sam: Visitor, cast: Cast) -> None:
    item = puts_in(cast, "good", ("Walking by the river", "", ""))
    page = posts(sam, f"/my/plan/items/{item}/removal", "/my/plan")
    assert "This is taken out of your plan:" in page and "Walking by the river" in page and words(cast) == []
    back = sam.post(f"/my/plan/items/{item}/return", of="/my/plan")
    assert back.path == "/my/plan" and words(cast) == ["Walking by the river"]


def test_an_item_of_a_retired_part_still_stands_there_and_can_be_changed(sam: Visitor, cast: Cast) -> None:
    item = puts_in(cast, "limits", ("My phone stays in the kitchen", "", ""))
    plan_sharing.retire_part(cast.store, cast.margaret.viewer, "limits", 0, cast.now, retired=True)
    assert "My phone stays in the kitchen" in sam.get("/my/plan")
    assert "/my/plan/build/limits" not in sam.get("/my/plan").text
    assert sam.get("/my/plan/build/limits").status == 404
    posts(sam, f"/my/plan/items/{item}", f"/my/plan/items/{item}", words="In the hall", place=f"item/{item}")
    assert words(cast) == ["In the hall"]


def test_a_change_says_what_stands_there_and_keeps_the_earlier_version(sam: Visitor, cast: Cast) -> None:
    item = puts_in(cast, "signs", ("I sleep badly", "", "amber"))
    page = posts(sam, f"/my/plan/items/{item}", f"/my/plan/items/{item}", words="I sleep little", stage="red")
    assert page.path == "/my/plan" and "kept in the earlier version" in page
    whole = of(cast)
    assert [(each.entry.words, each.entry.stage) for each in whole.now] == [("I sleep little", "red")]
    assert [each.entry.words for each in whole.at(1)] == ["I sleep badly"]


def test_two_windows_with_one_item_show_both_texts(sam: Visitor, cast: Cast) -> None:
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


def test_what_was_taken_out_meanwhile_can_be_kept_as_something_new(sam: Visitor, cast: Cast) -> None:
    item = puts_in(cast, "good", ("Walking", "", ""))
    path = f"/my/plan/items/{item}"
    shown = sam.get(path)
    form = {name: shown.field(name) for name in ("seen", "tab", "draft_seen", "place")}
    posts(sam, f"{path}/removal", "/my/plan")
    page = sam.post(path, {**form, "words": "Walking far"}, of="/my/plan")
    assert page.status == 409 and "This was taken out of your plan." in page and "Walking far" in page
    new = {"part": page.field("part"), "once": page.field("once"), "words": "Walking far"}
    assert sam.post("/my/plan/add", new, of="/my/plan").path == "/my/plan"
    assert words(cast) == ["Walking far"]


def test_taking_out_what_says_something_else_by_now_shows_it_first(sam: Visitor, cast: Cast) -> None:
    item = puts_in(cast, "good", ("Walking", "", ""))
    planning.change(cast.store, cast.sam.viewer, item, 1, ("Walking at dusk", "", ""), cast.now)
    page = sam.post(f"/my/plan/items/{item}/removal", {"seen": "1"}, of="/my/plan")
    assert page.path == f"/my/plan/items/{item}" and ELSEWHERE in page and words(cast) == ["Walking at dusk"]


def test_building_asks_one_question_at_a_time_and_leads_to_the_end(sam: Visitor, cast: Cast) -> None:
    page, asked = sam.get("/my/plan/build/why"), []
    while page.path.startswith("/my/plan/build/"):
        assert page.text.count('<article class="open"') == 1 and page.text.count("<textarea") <= 2
        asked.append(page.field("place"))
        where = f"{page.path}?stage={page.field('stage')}" if 'name="stage"' in page.text else page.path
        page = posts(sam, page.path, where, way="done", **stage_of(page))
    assert page.path == "/my/plan/built" and len(asked) == 12 == len(set(asked))
    assert "Your plan is still empty, and that is all right." in page and of(cast).versions == ()


def stage_of(page: Page) -> dict[str, str]:
    return {"stage": page.field("stage")} if 'name="stage"' in page.text else {}


def test_an_answer_goes_in_and_the_guide_asks_for_more(sam: Visitor, cast: Cast) -> None:
    where = "/my/plan/build/signs?stage=amber"
    page = posts(sam, "/my/plan/build/signs", where, words="I stay up late", stage="amber")
    assert "Is there anything else?" in page and "I stay up late" in page
    (item,) = of(cast).now
    assert (item.entry.part, item.entry.stage, item.source) == ("signs", "amber", None)
    assert "Is there anything else?" not in sam.get("/my/plan/build/signs?stage=red")


@pytest.mark.parametrize("way", ["not_sure", "talk", "done"])
def test_ways_on_put_nothing_in_and_keep_what_was_typed(way: str, sam: Visitor, cast: Cast) -> None:
    page = posts(sam, "/my/plan/build/avoid", "/my/plan/build/avoid", words="Late evenings", way=way)
    assert page.path == "/my/plan/build/instead" and of(cast).versions == ()
    assert ("not passed on" in page) == (way == "talk")
    assert "Late evenings" in sam.get("/my/plan/build/avoid")


def test_an_item_of_5000_characters_is_refused_with_its_length_and_kept(sam: Visitor, cast: Cast) -> None:
    for path in ("/my/plan/build/good", "/my/plan/add?part=good"):
        page = posts(sam, path.split("?")[0], path, words=LONG, part="good")
        assert page.status == 422 and TOO_LONG in page and LONG in page
    item = puts_in(cast, "good", ("Walking", "", ""))
    page = posts(sam, f"/my/plan/items/{item}", f"/my/plan/items/{item}", words=LONG)
    assert page.status == 422 and TOO_LONG in page and LONG in page
    assert words(cast) == ["Walking"]
    assert LONG in sam.get("/my/plan/build/good")  # also after the page was left


def test_a_stage_that_was_not_chosen_is_asked_for(sam: Visitor, cast: Cast) -> None:
    for stage, sentence in (("", "Nothing is chosen yet."), ("blue", "not one of the choices")):
        page = posts(sam, "/my/plan/add", "/my/plan/add?part=signs", words="Tired", part="signs", stage=stage)
        assert page.status == 422 and sentence in page and "Tired" in page
    assert of(cast).versions == ()


def test_a_line_break_in_somebodys_name_is_refused(sam: Visitor, cast: Cast) -> None:
    page = posts(sam, "/my/plan/build/people", "/my/plan/build/people", words="My\nsister", more="at home")
    assert page.status == 422 and "This has to fit on one line." in page
    assert 'value="at home"' in page.text and of(cast).versions == ()


def test_two_hundred_items_of_a_part_can_be_read_and_looked_at_and_no_more_go_in(
    sam: Visitor, cast: Cast
) -> None:
    puts_in(cast, "good", *((f"Number {number}!", "", "") for number in range(PART_MOST)))
    page = sam.get("/my/plan")
    assert all(f"Number {number}!" in page.text for number in (0, 99, 199))
    full = posts(sam, "/my/plan/build/good", "/my/plan/build/good", words="One too many")
    assert full.status == 422 and "It has room for 200 things." in full and "One too many" in full
    assert "199 more come after this." in sam.post("/my/plan/review")
    assert len(words(cast)) == PART_MOST


def test_a_form_sent_twice_puts_in_once_and_other_words_are_not_lost(sam: Visitor, cast: Cast) -> None:
    shown = sam.get("/my/plan/build/good")
    form = {name: shown.field(name) for name in ("once", "tab", "draft_seen")}
    for _ in range(2):
        sam.post("/my/plan/build/good", {**form, "words": "Walking"})
    assert words(cast) == ["Walking"]
    page = sam.post("/my/plan/build/good", {**form, "words": "Swimming"})
    assert page.status == 409 and "You sent something from this page before." in page and "Swimming" in page
    again = {**form, "once": page.field("once"), "words": "Swimming"}
    assert sam.post("/my/plan/build/good", again).status == 200
    assert words(cast) == ["Walking", "Swimming"]


def test_other_words_from_the_same_page_are_put_in_when_they_are_sent_once_more(
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


def test_drafts_in_two_windows_show_both_texts(sam: Visitor, cast: Cast) -> None:
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
def test_nothing_is_kept_where_there_is_no_place(place: str, sam: Visitor, cast: Cast) -> None:
    reply = types(sam, place, "Walking", tab="one")
    assert reply.status_code == 409 and reply.get_json() == {"why": "refused"}
    assert types(sam, place, "Walking", tab="one", then="home").status_code == 422
    assert sam.get(f"/my/plan/pause?place={place}").status == 200


def test_help_and_back_to_the_same_question(sam: Visitor) -> None:
    reply = types(sam, "build/signs/amber", "I stay up", tab="one", then="help", of="/my/plan")
    page = sam.get(reply.location)
    assert page.path == "/my/plan/pause" and "What you typed is kept." in page
    back = re.search(r'href="([^"]+)">Back to the same question', page.text)
    assert back and back[1] == "/my/plan/build/signs?stage=amber#now"
    assert "I stay up" in sam.get(back[1])


def test_help_comes_first_also_when_nothing_could_be_kept(sam: Visitor) -> None:
    types(sam, "build/good", "Walking", tab="one")
    page = sam.get(types(sam, "build/good", "Swimming", tab="two", then="help").location)
    assert page.path == "/my/plan/pause" and "What you typed could not be saved." in page


def test_a_locked_session_keeps_what_it_sends_and_shows_nothing(
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


def suggests(cast: Cast, text: str, part: str = "signs", stage: str = "amber") -> UUID:
    new_id = uuid4()
    plan_sharing.suggest(
        cast.store, cast.priya.viewer, cast.sam.enrolment_id, new_id, part, (text, "", stage), cast.now
    )
    return new_id


def test_a_suggestion_waits_for_his_word(sam: Visitor, cast: Cast) -> None:
    suggestion = suggests(cast, "I cancel plans")
    path = f"/my/plan/suggestions/{suggestion}"
    assert path in sam.get("/my/").text and path in sam.get("/my/plan").text and of(cast).now == []
    page = sam.get(path)
    assert "I cancel plans" in page
    assert posts(sam, path, path, words=LONG, stage="amber").status == 422
    after = posts(sam, path, path, words="I call things off", stage="red")
    assert after.path == "/my/plan" and "Suggested by Priya" in after
    assert [(each.entry.words, each.entry.stage) for each in of(cast).now] == [("I call things off", "red")]
    assert [each.act for each in of(cast).versions] == [Act.ACCEPTED]
    assert "You put this into your plan already." in sam.get(path)


def test_a_suggestion_may_be_not_for_him(sam: Visitor, cast: Cast) -> None:
    path = f"/my/plan/suggestions/{suggests(cast, 'I cancel plans')}"
    assert "It does not go into your plan." in posts(sam, path, path, words="x", way="decline")
    assert of(cast).versions == () and "suggests something" not in sam.get("/my/plan")
    page = sam.post(path, {"words": "I cancel plans", "stage": "amber"}, of="/my/plan")  # in an older window
    assert page.status == 409 and "You decided that this is not for you." in page and "I cancel plans" in page


def test_a_suggestion_for_a_part_that_was_retired_can_still_be_taken(sam: Visitor, cast: Cast) -> None:
    path = f"/my/plan/suggestions/{suggests(cast, 'No phone at night', 'limits', '')}"
    plan_sharing.retire_part(cast.store, cast.margaret.viewer, "limits", 0, cast.now, retired=True)
    assert posts(sam, path, path, words="No phone at night").path == "/my/plan"
    assert words(cast) == ["No phone at night"]


def test_a_review_goes_item_by_item_and_ends_with_a_day(sam: Visitor, cast: Cast, clock: Clock) -> None:
    for text in ("Walking", "Tea", "Rain"):
        puts_in(cast, "good", (text, "", ""))
    page = sam.post("/my/plan/review")
    seen = []
    for way, expected in (("still_true", "Walking"), ("no_longer", "Tea")):
        assert expected in page
        here = re.search(r"/my/plan/review/items/([0-9a-f-]{36})", page.text)
        assert here
        seen.append(here[1])
        page = sam.post(here[0], {"seen": page.field("seen"), "way": way}, of="/my/plan/review")
    assert "This is taken out of your plan:" in page and "Rain" in page
    change = re.search(r"/my/plan/items/([0-9a-f-]{36})\?review=yes", page.text)
    assert change
    page = posts(sam, change[0].split("?")[0], change[0], words="Warm rain", review="yes")
    assert page.path == "/my/plan/review" and "Is anything missing?" in page
    wrong = sam.post(
        "/my/plan/review/version", {"next_review": "other", "other_day": "soon"}, of="/my/plan/review"
    )
    assert wrong.status == 422 and "Nothing is chosen yet." in wrong and "This is not a date." in wrong
    day = {"together": "yes", "next_review": "2026-12-22", "other_day": ""}
    done = sam.post("/my/plan/review/version", day, of="/my/plan/review")
    assert done.path == "/my/plan" and "You look at it again on Tuesday 22 December." in done
    assert words(cast) == ["Walking", "Warm rain"]
    twice = sam.post("/my/plan/review/version", day, of="/my/plan")
    assert twice.path == "/my/plan/review" and "done already" in twice
    clock.forward(days=28)
    enter_again = sam.post("/sign-in", {"sign_in_name": "sam", "passphrase": cast.sam.passphrase})
    assert "The day has come that you agreed on" in enter_again and enter_again.path == "/my/"
    assert "Look at it again" in sam.get("/my/plan")


def test_still_true_is_said_only_of_what_he_saw(sam: Visitor, cast: Cast) -> None:
    item = puts_in(cast, "good", ("Walking", "", ""))
    page = sam.post("/my/plan/review")
    seen = page.field("seen")
    planning.change(cast.store, cast.sam.viewer, item, 1, ("Running", "", ""), cast.now)
    puts_in(cast, "good", ("Tea", "", ""))
    stale = sam.post(
        f"/my/plan/review/items/{item}", {"seen": seen, "way": "still_true"}, of="/my/plan/review"
    )
    assert stale.status == 409 and ELSEWHERE in stale


def test_help_and_telling_from_the_middle_of_a_change_and_back(sam: Visitor, cast: Cast) -> None:
    item = f"/my/plan/items/{puts_in(cast, 'good', ('Walking by the river', '', ''))}"
    form = filled(Forms(sam.get(item)).of(item), {"words": ["Walking by the sea"]})
    for then, there in (("help", "/my/plan/pause"), ("tell", "/my/tell")):
        page = sam.post("/my/plan/draft", {**form, "then": [*form.get("then", []), then]}, of=item)
        assert page.path == there
        back = re.search(rf'href="({item})"', page.text)
        assert back and "Walking by the sea" in sam.get(back[1])
    assert words(cast) == ["Walking by the river"]
