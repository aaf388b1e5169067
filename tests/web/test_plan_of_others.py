"""Test how practitioners suggest plan items. Test how leads edit the standard parts of all plans."""

from types import SimpleNamespace
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from companion.services.plan import items, reviews
from companion.store import audit
from tests.cast import Cast
from tests.fixtures import Clock

SLEEP = {"title": "Sleep", "ask": "How do you sleep?", "help": ""}


@pytest.fixture
def place(cast: Cast) -> str:
    """Add an item to Sam's plan, and return the path of the staff page about Sam."""
    adds(cast, "By the river")
    return f"/participants/{cast.sam.enrolment_id}"


def adds(cast: Cast, words: str) -> None:
    items.add(cast.sam.actor, uuid4(), "good", [(words, "", "")], None)


def looks(cast: Cast) -> int:
    with cast.store.reading() as tx:
        query = select(func.count()).where(audit.AuditEntry.event == audit.Event.PLAN_READ)
        return tx.scalar(query) or 0


def test_opening_a_staff_page_that_shows_the_plan_is_audited(
    enter: SimpleNamespace, cast: Cast, place: str
) -> None:
    for number, path in enumerate(("", "/versions", "/versions/1", "/compared"), 1):
        assert "By the river" in enter.priya.get(f"{place}/plan{path}")
        assert looks(cast) == number
    for path in (place, "/caseload", f"{place}/plan/suggestions"):
        assert "By the river" not in enter.priya.get(path)
    assert looks(cast) == 4


def test_the_participants_page_and_the_board_summarise_the_plan(
    enter: SimpleNamespace, cast: Cast, place: str
) -> None:
    assert "There's nothing in it now." in enter.priya.get(f"/participants/{cast.owen.enrolment_id}")
    reviews.reviewed_together(cast.priya.actor, cast.sam.enrolment_id, 1, "2026-12-22")
    enter.priya.post(f"{place}/plan/suggestions", {"part": "good", "words": "Bread"})
    page = enter.priya.get(place)
    for said in (
        "One item.",
        "Last changed on Tuesday 24 November.",
        "Next review on Tuesday 22 December.",
        "One suggestion for them to decide on.",
    ):
        assert said in page
    assert "Plan changed Tuesday 24 November" in enter.priya.get("/caseload")


def test_a_practitioner_sees_what_changed_in_the_plan_since_the_last_session(
    enter: SimpleNamespace, cast: Cast, clock: Clock, place: str
) -> None:
    clock.forward(days=3)  # the session is now in the past
    adds(cast, "Bread on Sundays")
    changed = enter.priya.get(f"{place}/plan").text.split('id="stands"')[0]
    assert "Bread on Sundays" in changed and "By the river" not in changed
    assert "Session on Thursday 26 November" in changed
    everything = enter.priya.get(f"{place}/plan?since=0").text.split('id="stands"')[0]
    assert "By the river" in everything
    reviews.reviewed_together(cast.priya.actor, cast.sam.enrolment_id, 2, "2026-12-22")
    assert "Nothing has changed since then." in enter.priya.get(f"{place}/plan")


def test_a_plan_that_changes_during_its_review_is_shown_again_before_the_review_is_saved(
    enter: SimpleNamespace, cast: Cast, place: str
) -> None:
    adds(cast, "Bread on Sundays")
    page = enter.priya.post(
        f"{place}/plan/reviews", {"seen": "1", "next_review": "2026-12-22"}, of=f"{place}/plan"
    )
    assert page.status == 409 and "The participant has changed their plan since you opened this page." in page
    assert "Bread on Sundays" in page.text.split('id="stands"')[0]
    assert 'value="2026-12-22"' in page.text
    again = {"seen": page.field("seen"), "next_review": "2026-12-22"}
    done = enter.priya.post(f"{place}/plan/reviews", again, of=f"{place}/plan")
    assert done.status == 200 and "Review recorded." in done


def test_the_plan_page_says_when_the_agreed_review_is_due(
    enter: SimpleNamespace, cast: Cast, clock: Clock, place: str
) -> None:
    reviews.reviewed_together(cast.priya.actor, cast.sam.enrolment_id, 1, "2026-12-22")
    assert "The review is due." not in enter.priya.get(f"{place}/plan")
    clock.forward(days=28)
    enter.priya.sign_in(cast, cast.priya)
    assert "The review is due." in enter.priya.get(f"{place}/plan")


def test_only_the_participants_practitioner_sees_that_a_suggestion_is_waiting(
    enter: SimpleNamespace, cast: Cast, place: str
) -> None:
    form = {"part": "instead", "words": "The <b>house</b> is empty", "more": "I go out & walk"}
    page = enter.priya.post(f"{place}/plan/suggestions", form)
    assert "One suggestion for them to decide on" in page
    assert "The &lt;b&gt;house&lt;/b&gt; is empty" in page.text and "I go out &amp; walk" in page.text
    assert "I go out" not in enter.sam.get("/my/plan/printed")
    for outsider in (enter.daniel, enter.margaret, enter.alex, enter.sam, enter.idris):
        assert outsider.get(f"{place}/plan").status == outsider.get(f"{place}/plan/suggestions").status == 404


def test_a_suggestion_sent_after_the_session_locked_is_not_lost(
    enter: SimpleNamespace, cast: Cast, clock: Clock, place: str
) -> None:
    page = enter.priya.get(f"{place}/plan/suggestions?part=people")
    form = {name: page.field(name) for name in ("csrf_token", "page", "once")}
    clock.forward(minutes=31)
    typed = {"part": "people", "words": "His neighbour", "more": "Next door"}
    enter.priya.client.post(f"{place}/plan/suggestions", data={**form, **typed})
    enter.priya.sign_in(cast, cast.priya)
    page = enter.priya.get(f"{place}/plan/suggestions")
    assert "His neighbour" in page and "Next door" in page
    assert '<option value="people" selected>' in page.text


def test_two_leads_who_edit_one_plan_part_see_both_texts(enter: SimpleNamespace, cast: Cast) -> None:
    page = "/lead/plan/parts/good"
    enter.margaret.post(page, {**SLEEP, "seen": "0"})
    late = enter.margaret.post(page, {**SLEEP, "title": "Rest", "seen": "0"})
    assert late.status == 409 and "It now says" in late
    assert "<b>Sleep</b>" in late.text and 'value="Rest"' in late.text and late.field("seen") == "1"
    done = enter.margaret.post(page, {**SLEEP, "title": "Rest", "seen": "1"})
    assert done.path == "/lead/plan" and "“Rest” was reworded" in done
    assert "Margaret, Tuesday 24 November, 2 pm" in done
    for path, form in (("place", {"to": "up"}), ("retirement", {}), ("return", {})):
        reply = enter.margaret.post(f"{page}/{path}", {**form, "seen": "0"}, of="/lead/plan")
        assert reply.status == (200 if path == "return" else 409)


def test_a_lead_is_told_which_parts_of_the_plan_cannot_be_retired(enter: SimpleNamespace, cast: Cast) -> None:
    page = enter.margaret.get("/lead/plan")
    assert page.text.count("so you can't retire it") == 3
    assert "/lead/plan/parts/people/retirement" not in page.text
    refused = enter.margaret.post("/lead/plan/parts/people/retirement", {"seen": "0"}, of="/lead/plan")
    assert refused.status == 422 and "so you can't retire it" in refused
    asks = {"title": "Wins", "ask": "Which badge did you win?", "help": "", "seen": "0"}
    enter.margaret.post("/lead/plan/parts/good", asks)
    assert "Please look at this again" in enter.margaret.get("/lead/plan/parts/good")
    assert "Please look at this again" not in enter.margaret.get("/lead/plan/parts/avoid")
    assert enter.margaret.get("/lead/plan/parts/nowhere").status == 404


def test_a_lead_can_add_parts_to_everybodys_plan_and_retire_parts(enter: SimpleNamespace, cast: Cast) -> None:
    added = enter.margaret.post("/lead/plan/new", {**SLEEP, "shape": "person", "staged": "yes"})
    assert "Part added at the end." in added and "“Sleep” was added" in added
    enter.margaret.post("/lead/plan/parts/avoid/retirement", {"seen": "1"}, of="/lead/plan")
    page = enter.priya.get(f"/participants/{cast.sam.enrolment_id}/plan/suggestions")
    assert ">Sleep</option>" in page.text and 'value="avoid"' not in page.text
    enter.margaret.post("/lead/plan/parts/avoid/return", {"seen": "2"}, of="/lead/plan")
    assert 'value="avoid"' in enter.priya.get(page.path).text
