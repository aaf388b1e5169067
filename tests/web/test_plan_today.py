"""Test the pages *How am I today?* and *I need help now*. The pages begin with the plan's most useful
steps.
"""

import html
import re
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest

from companion.services.plan import items
from companion.store.base import Store
from tests.cast import Cast
from tests.fixtures import Clock
from tests.stored import stored
from tests.visitor import Page, Visitor

UNRECORDED = "Nobody is told that you opened this page. We don't count or record"
HELPLINE = 'href="tel:+448081000900"'


@pytest.fixture
def sam(enter: SimpleNamespace) -> Visitor:
    return enter.sam


@pytest.fixture
def at_hand(cast: Cast) -> None:
    """Add items for the amber and red stages, and two contacts, to Sam's plan."""
    for part, words, more, stage in (
        ("first", "Put the phone in the drawer", "", "red"),
        ("first", "Go to bed at eleven", "", "amber"),
        ("signs", "I tell myself that it does not matter", "", "red"),
        ("people", "Tom", "at the club", ""),
        ("people", "My sister", "01632 960 123", ""),
    ):
        items.add(cast.sam.actor, uuid4(), part, [(words, more, stage)], None)


def section(page: Page, stage: str) -> str:
    found = re.search(rf'<section class="stage" id="{stage}".*?</section>', page.text, re.DOTALL)
    assert found
    return html.unescape(found[0])


def in_order(text: str, *words: str) -> bool:
    places = [text.find(each) for each in words]
    return -1 not in places and places == sorted(places)


@pytest.mark.usefixtures("at_hand")
def test_the_red_stage_of_the_plan_shows_steps_then_people_then_the_helpline(
    sam: Visitor,
) -> None:
    red = section(sam.get("/my/plan/today"), "red")
    assert in_order(
        red,
        "Do this first, Sam.",
        "Put the phone in the drawer",
        "You wrote this on Tuesday 24 November.",
        'href="tel:+441632960123"',
        "Tom",
        HELPLINE,
        "Open now, until 9\N{NO-BREAK SPACE}pm",
        'href="tel:999"',
        'href="tel:116123"',
        "I tell myself that it does not matter",
        UNRECORDED,
        "tell Priya when you meet",
    )
    assert "Go to bed at eleven" in section(sam.get("/my/plan/today"), "amber")


def test_the_helpline_is_listed_even_when_it_is_closed(sam: Visitor, cast: Cast, clock: Clock) -> None:
    clock.forward(hours=9)  # it is now 11 pm on Tuesday
    sam.sign_in(cast, cast.sam)
    for page in (section(sam.get("/my/plan/today"), "red"), html.unescape(sam.get("/my/plan/pause").text)):
        assert in_order(page, HELPLINE, "Closed now. Opens on Wednesday 25 November at 9\N{NO-BREAK SPACE}am")


def test_each_stage_of_an_empty_plan_offers_help(sam: Visitor) -> None:
    page = sam.get("/my/plan/today")
    for stage in ("red", "amber"):
        assert in_order(section(page, stage), HELPLINE, 'href="/my/plan/build/first"')
    assert "That's good to hear, Sam." in section(page, "green")


def test_the_server_never_learns_which_stage_of_the_plan_a_participant_opened(
    sam: Visitor,
) -> None:
    home, page = sam.get("/my/"), sam.get("/my/plan/today")
    for stage, words in (("green", "steady"), ("amber", "slipping"), ("red", "stop now")):
        link = re.search(rf'href="/my/plan/today#{stage}">(.*?)</a>', home.text, re.DOTALL)
        # the page gives the name of the stage as well as the colour
        assert link and words in link[1] and stage.capitalize() in link[1]
        assert f'id="{stage}"' in page.text
    links = re.findall(r'href="(/my/plan/today[^"#]*)', home.text + page.text)
    assert set(links) == {"/my/plan/today"}  # only the part after the # is different in these links


@pytest.mark.usefixtures("at_hand")
def test_somebody_who_needs_help_while_doing_work_sees_the_first_steps_of_their_plan(
    sam: Visitor, cast: Cast
) -> None:
    work = cast.priya.sets(cast.sam, "a-week-of-choices")
    plain = sam.get(f"/my/work/{work}/pause")
    assert "We've saved what you typed" not in plain and "couldn't be saved" not in plain
    assert in_order(
        html.unescape(plain.text),
        "Put the phone in the drawer",
        "Go to bed at eleven",
        'href="tel:+441632960123"',
        HELPLINE,
        f'href="/my/work/{work}#now">Back to the same question',
        UNRECORDED,
    )


@pytest.mark.usefixtures("at_hand")
def test_opening_the_pages_for_immediate_help_stores_nothing(
    sam: Visitor, cast: Cast, clock: Clock, store: Store
) -> None:
    work = cast.priya.sets(cast.sam, "a-week-of-choices")
    clock.forward(minutes=2)
    before = stored(store, "last_seen_at")
    for path in ("/my/plan/today", "/my/plan/pause?place=build/good", f"/my/work/{work}/pause", "/my/plan"):
        assert sam.client.get(path).status_code == 200
    assert stored(store, "last_seen_at") == before


def test_opening_the_help_now_page_keeps_an_unfinished_answer(sam: Visitor, cast: Cast) -> None:
    work = cast.priya.sets(cast.sam, "hopes-and-fears")
    shown = sam.get(f"/my/work/{work}")
    form: dict[str, Any] = {name: shown.field(name) for name in ("prompt", "seen", "draft_seen", "tab")}
    page = sam.post(
        f"/my/work/{work}/draft", {**form, "answer": "To feel", "then": "help"}, of=f"/my/work/{work}"
    )
    assert page.path == f"/my/work/{work}/pause" and "We've saved what you typed." in page
    assert "To feel" in sam.get(f"/my/work/{work}")


def test_a_help_page_url_with_another_participants_work_id_is_not_found(sam: Visitor, cast: Cast) -> None:
    for work in (cast.daniel.sets(cast.idris, "hopes-and-fears"), UUID(int=0)):
        assert sam.get(f"/my/work/{work}/pause").status == 404
