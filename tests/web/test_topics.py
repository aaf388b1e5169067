"""Test marking topics as started or covered, and moving topics, in the shipped programme and in other
programmes.
"""

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


def order(shown: Page, session: int) -> list[str]:
    """Return a session's topic titles in the page's order."""
    stack = re.search(rf'<ol[^>]* data-session="{session}".*?</ol>', shown.text, re.DOTALL)
    assert stack
    return re.findall(r'data-topic="([^"]+)"', stack[0])


def test_each_topics_state_and_position_are_saved_together(enter: SimpleNamespace, page: str) -> None:
    shown = enter.priya.get(page)
    assert "No topics covered yet, 19 to go." in shown
    first, second, *_ = order(shown, 1)
    wanted = {"mark-1": "covered", "mark-2": "touched", "session-2": "6", "seen": shown.field("seen")}
    after = enter.priya.post(page, wanted)
    assert f"Topics saved. “{second}” is in the additional session now." in after
    assert "One topic covered, 18 to go." in after
    assert order(after, 1)[0] == first and order(after, 6) == [second]
    back = {"mark-1": "open", "place-3": "1", "seen": after.field("seen")}
    again = enter.priya.post(page, back)
    assert "No topics covered yet, 19 to go." in again and order(again, 1)[1] == first


def test_after_saving_topics_the_url_contains_no_topic(enter: SimpleNamespace, page: str) -> None:
    sent = {"session-2": "6", "seen": "0", "csrf_token": enter.priya.token(page)}
    reply = enter.priya.client.post(page, data=sent)
    assert reply.status_code == 303 and reply.location == page


def test_if_topics_are_changed_in_two_windows_the_second_window_shows_both_versions(
    enter: SimpleNamespace, page: str
) -> None:
    assert enter.priya.post(page, {"mark-1": "covered", "seen": "0"}).status == 200
    late = enter.priya.post(page, {"mark-1": "touched", "session-2": "4", "seen": "0"})
    assert late.status == 409 and "changed in another window" in late and "Saved as: Covered" in late
    assert late.field("seen") == "1" and "One topic covered, 18 to go." in late
    text = " ".join(late.text.split())
    assert 'name="mark-1" value="touched" checked' in text
    kept = {"mark-1": "touched", "session-2": "4", "seen": "1"}
    assert "is in session 4 now." in enter.priya.post(page, kept)


def test_participants_cannot_see_the_plan_of_topics(cast: Cast, enter: SimpleNamespace, page: str) -> None:
    enter.priya.post(page, {"mark-19": "wants_more", "seen": "0"})
    assert enter.sam.client.get(page).status_code == 404
    for path in ("/my/", "/my/plan", "/account"):
        assert "Cyberhex" not in enter.sam.get(path)
    shown = enter.priya.get(f"/participants/{cast.sam.enrolment_id}")
    assert "No topics covered yet, 19 to go. One needs more time." in shown


def test_once_every_topic_has_been_covered_the_participants_page_says_so(
    cast: Cast, enter: SimpleNamespace, store: Store
) -> None:
    his = f"/participants/{cast.sam.enrolment_id}"
    assert "Topics not covered yet" in enter.priya.get(his)
    cover_all(store, cast.priya.viewer, cast.sam.enrolment_id, cast.now)
    shown = enter.priya.get(his)
    assert "Every topic is covered." in shown and "Topics not covered yet" not in shown


def test_a_programme_can_be_chosen_if_there_are_several_programmes(
    cast: Cast, enter: SimpleNamespace, store: Store
) -> None:
    assert 'name="programme"' not in enter.priya.get("/caseload/new").text
    import_files.take_in(store, [SHORT], cast.now)
    new = {"name": "Robin", "word": "lighthouse", "kind": "session", "day": "2026-12-10", "time": "14:00"}
    wrong = enter.priya.post("/caseload/new", {**new, "site": "york", "programme": "none"})
    assert wrong.status == 422 and "isn't one of the choices" in wrong
    of_the_other = enter.priya.post("/caseload/new", {**new, "site": "epsom", "programme": "two-evenings"})
    assert of_the_other.status == 422 and "Two evenings" in of_the_other
    assert (
        enter.priya.post("/caseload/new", {**new, "site": "york", "programme": "two-evenings"}).status == 200
    )
    assert "York" in enter.priya.get("/caseload")


def test_pages_use_the_site_name_from_the_newest_programme_version(
    cast: Cast, enter: SimpleNamespace, store: Store
) -> None:
    import_files.take_in(store, [NEXT], cast.now)
    shown = enter.priya.get(f"/participants/{cast.sam.enrolment_id}")
    assert "Epsom East" in shown
