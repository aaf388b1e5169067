"""The pages of topics: what a practitioner presses, two windows, another programme, and what no participant sees."""

import re
from types import SimpleNamespace

import pytest

from companion.cli.demo.topics import cover_all
from companion.services.programme import import_files
from companion.store.base import Store
from tests.cast import Cast
from tests.services.programme.test_import_files import NEXT, SHORT
from tests.visitor import Page


@pytest.fixture
def page(cast: Cast) -> str:
    return f"/participants/{cast.sam.enrolment_id}/topics"


def order(shown: Page) -> list[str]:
    return re.findall(r'data-topic="([^"]+)"', shown.text)


def test_a_topic_is_marked_with_one_press_and_the_mark_taken_off_with_another(
    enter: SimpleNamespace, page: str
) -> None:
    shown = enter.priya.get(page)
    assert "19 topics are not covered yet" in shown
    after = enter.priya.post(
        f"{page}/marks", {"mark": "covered cyberhex", "seen": shown.field("seen")}, of=page
    )
    assert "“Cyberhex” is marked." in after and "18 topics are not covered yet. One is covered." in after
    assert 'value="open cyberhex" aria-pressed="true"' in after.text
    again = enter.priya.post(f"{page}/marks", {"mark": "open cyberhex", "seen": after.field("seen")}, of=page)
    assert "19 topics are not covered yet" in again


def test_topics_move_by_buttons_and_the_address_names_none(enter: SimpleNamespace, page: str) -> None:
    token = enter.priya.token(page)
    form = {"to": "criminal-justice-system 4 victim-empathy", "seen": "0", "csrf_token": token}
    reply = enter.priya.client.post(f"{page}/places", data=form)
    assert reply.status_code == 303 and reply.location == f"{page}#told"
    shown = enter.priya.get(page)
    assert "stands in session 4 now" in shown
    assert order(shown).index("criminal-justice-system") < order(shown).index("victim-empathy")
    chosen = {"to": "cyberhex", "session-cyberhex": "6", "seen": "1"}
    last = enter.priya.post(f"{page}/places", chosen, of=page)
    assert "“Cyberhex” stands in the additional session now." in last and order(last)[-1] == "cyberhex"


def test_two_windows_collide_kindly(enter: SimpleNamespace, page: str) -> None:
    assert enter.priya.post(f"{page}/marks", {"mark": "covered cyberhex", "seen": "0"}, of=page).status == 200
    late = enter.priya.post(f"{page}/places", {"to": "disclosure 1", "seen": "0"}, of=page)
    assert late.status == 409 and "changed in another window" in late
    assert late.field("seen") == "1" and "One is covered." in late
    assert enter.priya.post(f"{page}/places", {"to": "disclosure 1", "seen": "1"}, of=page).status == 200


def test_no_participant_sees_a_mark_or_the_plan_of_topics(
    cast: Cast, enter: SimpleNamespace, page: str
) -> None:
    enter.priya.post(f"{page}/marks", {"mark": "wants_more cyberhex", "seen": "0"}, of=page)
    assert enter.sam.client.get(page).status_code == 404
    for path in ("/my/", "/my/plan", "/account"):
        assert "Cyberhex" not in enter.sam.get(path)
    shown = enter.priya.get(f"/participants/{cast.sam.enrolment_id}")
    assert "19 topics are not covered yet, one of them wants more time" in shown


def test_when_every_topic_is_covered_nothing_is_offered_to_look_at(
    cast: Cast, enter: SimpleNamespace, store: Store
) -> None:
    his = f"/participants/{cast.sam.enrolment_id}"
    assert "What is not covered yet" in enter.priya.get(his)
    cover_all(store, cast.priya.viewer, cast.sam.enrolment_id, cast.now)
    shown = enter.priya.get(his)
    assert "Every topic is covered." in shown and "What is not covered yet" not in shown


def test_a_programme_is_chosen_where_there_is_more_than_one(
    cast: Cast, enter: SimpleNamespace, store: Store
) -> None:
    assert 'name="programme"' not in enter.priya.get("/caseload/new").text
    import_files.take_in(store, [SHORT], cast.now)
    new = {"name": "Robin", "word": "lighthouse", "kind": "session", "day": "2026-12-10", "time": "14:00"}
    wrong = enter.priya.post("/caseload/new", {**new, "site": "york", "programme": "none"})
    assert wrong.status == 422 and "not one of the choices" in wrong
    of_the_other = enter.priya.post("/caseload/new", {**new, "site": "epsom", "programme": "two-evenings"})
    assert of_the_other.status == 422 and "Two evenings" in of_the_other
    assert (
        enter.priya.post("/caseload/new", {**new, "site": "york", "programme": "two-evenings"}).status == 200
    )
    assert "York" in enter.priya.get("/caseload")


def test_a_site_has_the_name_that_its_newest_version_gives_it(
    cast: Cast, enter: SimpleNamespace, store: Store
) -> None:
    import_files.take_in(store, [NEXT], cast.now)
    shown = enter.priya.get(f"/participants/{cast.sam.enrolment_id}")
    assert "Epsom East" in shown
