"""A piece of set work on pages: opened, changed, replaced and withdrawn, and what the participant reads of it."""

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


def test_his_page_leads_to_it_and_it_shows_what_he_sees(
    cast: Cast, enter: SimpleNamespace, page: str
) -> None:
    assert f'href="{page}"' in enter.priya.get(f"/participants/{cast.sam.enrolment_id}").text
    shown = enter.priya.get(page)
    for words in (
        "As Sam sees it",
        "not started",
        "So that we know what your week was like.",
        "set by Priya",
    ):
        assert words in shown


def test_it_opens_for_nobody_else(enter: SimpleNamespace, page: str) -> None:
    for name in ("daniel", "margaret", "sam", "alex"):
        assert getattr(enter, name).get(page).status == 404, name


def test_a_changed_reason_is_what_he_reads(cast: Cast, enter: SimpleNamespace, work: UUID, page: str) -> None:
    shown = enter.priya.get(page)
    assert "Saved." in changed(enter.priya, page, shown)
    assert "A better reason." in enter.sam.get(f"/my/work/{work}")
    late = changed(enter.priya, page, shown, why="Another reason.")
    assert late.status == 409 and "Another reason." in late and "A better reason." in late


def test_what_is_amiss_stays_on_the_page(enter: SimpleNamespace, page: str) -> None:
    shown = enter.priya.get(page)
    amiss = changed(enter.priya, page, shown, why="", minutes="soon")
    assert amiss.status == 422 and 'value="soon"' in amiss.text and "As Sam sees it" in amiss
    silent = withdrawn(enter.priya, page, " ")
    assert silent.status == 422 and "Withdraw this work" in silent
    long = withdrawn(enter.priya, page, "w" * 5000)
    assert long.status == 422 and "w" * 5000 in long


def test_he_is_told_that_it_was_withdrawn_until_he_opens_it(
    cast: Cast, enter: SimpleNamespace, work: UUID, page: str
) -> None:
    cast.sam.answers(work, "the-week", "6")
    cast.sam.types(work, "glad-of", "I walked by the river")
    assert "The work is withdrawn." in withdrawn(enter.priya, page)
    assert "has not opened it since" in enter.priya.get(page)
    told = "Priya has taken this back. You don't need to do it."
    home = enter.sam.get("/my/")
    assert told in home and "Carry on" not in home
    piece = enter.sam.get(f"/my/work/{work}")
    for words in ("Priya took this back on", "We talked about &lt;it&gt; instead.", "I walked by the river"):
        assert words in piece.text
    assert "Save and continue" not in piece and "It isn't sent." in piece
    assert told not in enter.sam.get("/my/") and "Not needed any more" in enter.sam.get("/my/")
    assert "Sam has opened it since" in enter.priya.get(page)
    assert "I walked by the river" not in enter.priya.get(page)


def test_withdrawn_twice_or_after_he_sent_it_it_says_so(
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


def test_what_he_sends_from_an_open_page_after_it_was_withdrawn_is_not_lost(
    cast: Cast, enter: SimpleNamespace, work: UUID
) -> None:
    here = f"/my/work/{work}"
    shown = enter.sam.get(here)
    withdraws(cast, work)
    form = {"prompt": "the-week", "answer": "6", "way": "answered"}
    form |= {name: shown.field(name) for name in ("seen", "draft_seen", "tab", "beat")}
    refused = enter.sam.post(f"{here}/answers", form, of=here)
    assert refused.status == 409 and "What you typed is kept for you." in refused
    assert cast.sam.work(work).drafts["the-week"].typed == {"answer": ["6"]}
    assert enter.sam.post(f"{here}/submission", {"seen": 0}, of=here).path == here
    assert enter.sam.get(f"{here}/when").path == here


def test_a_changed_copy_takes_its_place(cast: Cast, enter: SimpleNamespace, work: UUID, page: str) -> None:
    assert "Adapt it for Sam" in enter.priya.get(page)
    copy = adapts(cast, opens(cast, work).version.id, "A week of Sam's")
    setting = f"/participants/{cast.sam.enrolment_id}/work/new/{copy.id}"
    shown = enter.priya.get(setting)
    assert "Use this in its place" in shown
    used = enter.priya.post(f"{page}/version", {"version": copy.id}, of=setting)
    assert used.path == page and "A week of Sam's" in used
    assert "A week of Sam's" in enter.sam.get("/my/")
    assert "Use this in its place" not in enter.priya.get(setting)
    assert "A week of Sam's" not in enter.priya.get("/caseload")
    assert "Your own questions" not in enter.priya.get("/caseload")


def test_two_activities_are_offered_that_fit_next(cast: Cast, enter: SimpleNamespace) -> None:
    with cast.store.reading() as tx:
        versions = library.newest_versions(tx)
    for version in versions:
        approval.approve(cast.margaret.actor, version.id, version.revision)
    page = enter.priya.get(f"/participants/{cast.sam.enrolment_id}/work/new")
    fitting = page.text.partition('id="fitting"')[2].partition("</section>")[0]
    assert fitting.count("/work/new/") == 2
