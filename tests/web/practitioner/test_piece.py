"""Test the pages on which practitioners change, replace or withdraw set work. Test the pages that tell
participants how a practitioner has changed their work.
"""

from types import SimpleNamespace
from uuid import UUID

import pytest

from companion.services.authoring import approval
from companion.store.activities import library
from tests.cast import Cast
from tests.services.work.test_set_piece import adapts, opens, withdraws
from tests.visitor import Page, Visitor

WORDS = "We talked about <it> instead."


@pytest.fixture
def work(cast: Cast) -> UUID:
    return cast.priya.sets(cast.sam, "a-week-of-choices")


@pytest.fixture
def page(cast: Cast, work: UUID) -> str:
    return f"/participants/{cast.sam.enrolment_id}/work/{work}"


def withdrawn(browser: Visitor, page: str, words: str = WORDS) -> Page:
    return browser.post(f"{page}/withdrawal", {"words": words}, of=page)


def changed(browser: Visitor, page: str, shown: Page, **typed: object) -> Page:
    form = {"seen": shown.field("seen"), "minutes": "15"}
    due = shown.text.partition('name="due"')[2].partition('option value="')[2][:36]
    return browser.post(f"{page}/card", {**form, "why": "A better reason.", "due": due, **typed}, of=page)


def test_the_participants_page_links_to_a_preview_of_set_work(
    cast: Cast, enter: SimpleNamespace, page: str
) -> None:
    assert f'href="{page}"' in enter.priya.get(f"/participants/{cast.sam.enrolment_id}").text
    shown = enter.priya.get(page)
    for words in (
        "As Sam sees it",
        "not started",
        "So that we know what your week was like.",
        "set by Priya",
        "Only meetings that are booked appear here.",
        "The guide's reply to each answer",
    ):
        assert words in shown


def test_only_the_participants_own_practitioner_can_open_their_set_work(
    enter: SimpleNamespace, page: str
) -> None:
    for name in ("daniel", "margaret", "sam", "alex"):
        assert getattr(enter, name).get(page).status == 404, name


def test_if_a_practitioner_changes_the_reason_for_work_the_participant_sees_the_new_reason(
    cast: Cast, enter: SimpleNamespace, work: UUID, page: str
) -> None:
    shown = enter.priya.get(page)
    assert "Work changed." in changed(enter.priya, page, shown)
    assert "A better reason." in enter.sam.get(f"/my/work/{work}")
    late = changed(enter.priya, page, shown, why="Another reason.")
    assert late.status == 409 and "Another reason." in late and "A better reason." in late


def test_invalid_changes_to_set_work_stay_in_the_form(enter: SimpleNamespace, page: str) -> None:
    shown = enter.priya.get(page)
    amiss = changed(enter.priya, page, shown, why="", minutes="soon")
    assert amiss.status == 422 and 'value="soon"' in amiss.text and "As Sam sees it" in amiss
    silent = withdrawn(enter.priya, page, " ")
    assert silent.status == 422 and "Withdraw this work" in silent
    long = withdrawn(enter.priya, page, "w" * 5000)
    assert long.status == 422 and "w" * 5000 in long


def test_the_notice_that_work_was_withdrawn_disappears_once_the_participant_has_opened_the_work(
    cast: Cast, enter: SimpleNamespace, work: UUID, page: str
) -> None:
    cast.sam.answers(work, "the-week", "6")
    cast.sam.types(work, "glad-of", "I walked by the river")
    shown = withdrawn(enter.priya, page)
    assert "Work withdrawn." in shown and "As it was set" in shown and "As Sam sees it" not in shown
    assert "hasn't opened this since" in enter.priya.get(page)
    told = "Priya has taken this work back, so you don't need to do it."
    home = enter.sam.get("/my/")
    assert told in home and "Carry on" not in home
    piece = enter.sam.get(f"/my/work/{work}")
    for words in (
        "Priya took this work back on",
        "We talked about &lt;it&gt; instead.",
        "I walked by the river",
    ):
        assert words in piece.text
    assert "Save and continue" not in piece and "but we won't send it." in piece
    assert told not in enter.sam.get("/my/") and "Not needed any more" in enter.sam.get("/my/")
    assert "Sam has opened this since" in enter.priya.get(page)
    assert "I walked by the river" not in enter.priya.get(page)


def test_work_that_is_already_withdrawn_or_sent_cannot_be_withdrawn(
    cast: Cast, enter: SimpleNamespace, work: UUID, page: str
) -> None:
    withdrawn(enter.priya, page)
    assert withdrawn(enter.priya, page).status == 200
    again = withdrawn(enter.priya, page, "Something else.")
    assert again.status == 409 and "Something else." in again
    other = cast.priya.sets(cast.sam, "hopes-and-fears")
    other_page = page.replace(str(work), str(other))
    enter.priya.get(other_page)
    cast.sam.finishes(other)
    cast.sam.submits(other)
    late = withdrawn(enter.priya, other_page)
    assert late.status == 409 and "already been sent" in late and "We talked about" in late
    assert "Withdraw this work" not in enter.priya.get(other_page)


def test_an_answer_to_withdrawn_work_is_kept(cast: Cast, enter: SimpleNamespace, work: UUID) -> None:
    here = f"/my/work/{work}"
    shown = enter.sam.get(here)
    withdraws(cast, work)
    form = {"prompt": "the-week", "answer": "6", "way": "answered"}
    form |= {name: shown.field(name) for name in ("seen", "draft_seen", "tab", "beat")}
    refused = enter.sam.post(f"{here}/answers", form, of=here)
    assert refused.status == 409 and "We've kept what you typed." in refused
    assert cast.sam.work(work).drafts["the-week"].typed == {"answer": ["6"]}
    assert enter.sam.post(f"{here}/submission", {"seen": 0}, of=here).path == here
    assert enter.sam.get(f"{here}/when").path == here


def test_work_can_be_replaced_with_a_version_adapted_for_the_participant(
    cast: Cast, enter: SimpleNamespace, work: UUID, page: str
) -> None:
    assert "Adapt it for Sam" in enter.priya.get(page)
    copy = adapts(cast, opens(cast, work).version.id, "A week of Sam's")
    setting = f"/participants/{cast.sam.enrolment_id}/work/new/{copy.id}"
    shown = enter.priya.get(setting)
    assert "Use this instead" in shown
    used = enter.priya.post(f"{page}/version", {"version": copy.id}, of=setting)
    assert used.path == page and "A week of Sam's" in used
    assert "A week of Sam's" in enter.sam.get("/my/")
    assert "Use this instead" not in enter.priya.get(setting)
    assert "A week of Sam's" not in enter.priya.get("/caseload")
    assert "Your own questions" not in enter.priya.get("/caseload")


def test_two_suitable_activities_are_suggested_when_setting_work(cast: Cast, enter: SimpleNamespace) -> None:
    with cast.store.reading() as tx:
        versions = library.newest_versions(tx)
    for version in versions:
        approval.approve(cast.margaret.actor, version.id, version.revision)
    page = enter.priya.get(f"/participants/{cast.sam.enrolment_id}/work/new")
    fitting = page.text.partition('id="fitting"')[2].partition("</section>")[0]
    assert fitting.count("/work/new/") == 2
