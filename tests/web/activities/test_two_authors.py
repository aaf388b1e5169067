"""Test that an author can't overwrite another author's changes without seeing the changes first."""

from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from uuid import uuid4

import msgspec
import pytest

from companion.domain.activities import editing
from companion.domain.activities.answers.one_choice import OneChoice
from companion.store.activities import library
from tests.cast import Cast
from tests.services.authoring.test_tailored import adapts
from tests.visitor import Page
from tests.web.activities.desk import ANY, CHANGED, Desk, keeps, problems_are_linked, retold, words
from tests.web.forms import Forms, filled


@pytest.mark.parametrize("right", [True, False])
def test_two_authors_changing_one_question_are_shown_both_texts(walk: Desk, right: bool) -> None:
    """The second author sees both texts, even if one has an error."""
    ask = "Did you walk far?" if right else "Did you walk\x00far?"
    typed = {
        "ask": [ask],
        "options-label": ["Far", "", "Not far", "Home"],
        "when": ["", "question-1|way|talk"],
        "to": ["", "end"],
    }
    mine = filled(walk.form("/questions/question-1"), typed)
    walk.edits(retold("Did you go anywhere?"))
    page = walk.sends("/questions/question-1", mine)
    assert page.status == (409 if right else 422)
    assert CHANGED in page and "Did you go anywhere?" in page and "It now says" in page
    # the current version's branches are described as well
    assert "to question 3" in words(page).partition("What you typed is below")[0]
    keeps(page, f"{walk.path}/questions/question-1", typed)
    problems_are_linked(page)
    assert walk.activity.prompts[0].ask == "Did you go anywhere?"
    if right:
        walk.sends("/questions/question-1", Forms(page).of(f"{walk.path}/questions/question-1"))
        assert walk.activity.prompts[0].ask == "Did you walk far?"
        (saved, *_) = walk.activity.prompts
        assert isinstance(saved, OneChoice)
        assert [each.label for each in saved.options] == ["Far", "Not far", "Home"]


def test_a_new_question_is_not_lost_if_another_author_changes_the_activity(walk: Desk) -> None:
    """A new question is kept even if the previous question was deleted."""
    form = filled(
        walk.form("/questions?kind=one_choice&after=question-2"), {**ANY, "options-label": ["A", "B"]}
    )
    walk.edits(lambda before: editing.without(before, "question-2"))
    page = walk.sends("/questions", form)
    assert page.status == 409 and CHANGED in page
    keeps(page, f"{walk.path}/questions", {**ANY, "options-label": ["A", "B"]})
    walk.sends("/questions", Forms(page).of(f"{walk.path}/questions"))
    assert [prompt.ask for prompt in walk.activity.prompts] == [
        "Did you go?",
        "What did you see?",
        *ANY["ask"],
    ]


def test_text_typed_into_a_deleted_question_is_not_lost(walk: Desk) -> None:
    form = filled(walk.form("/questions/question-2"), {"ask": ["What kept you?"]})
    walk.edits(lambda before: editing.without(before, "question-2"))
    page = walk.sends("/questions/question-2", form)
    assert page.status == 409 and CHANGED in page
    keeps(page, f"{walk.path}/questions", {"ask": ["What kept you?"]})
    walk.sends("/questions", Forms(page).of(f"{walk.path}/questions"))
    assert "What kept you?" in [prompt.ask for prompt in walk.activity.prompts]
    assert walk.page("/questions/question-2").status == 404


def test_two_authors_changing_an_introduction_are_shown_both_texts(walk: Desk) -> None:
    form = filled(walk.form("/about"), {"title": ["My walk"], "introduction": ["Mine."], "minutes": ["soon"]})
    walk.edits(lambda before: msgspec.structs.replace(before, introduction="Theirs."))
    page = walk.sends("/about", form)
    assert (page.status, "Theirs." in page, CHANGED in page) == (422, True, True)
    form = filled(Forms(page).of(f"{walk.path}/about"), {"minutes": ["5"]})
    walk.edits(lambda before: msgspec.structs.replace(before, introduction="Theirs again."))
    page = walk.sends("/about", form)
    assert (page.status, "Theirs again." in page) == (409, True)
    keeps(page, f"{walk.path}/about", {"title": ["My walk"], "introduction": ["Mine."], "minutes": ["5"]})
    walk.sends("/about", Forms(page).of(f"{walk.path}/about"))
    assert (walk.activity.title, walk.activity.introduction) == ("My walk", "Mine.")


def test_a_button_on_an_outdated_page_changes_nothing(walk: Desk) -> None:
    old = walk.form(action="/questions/question-2/copy")
    walk.edits(retold("What held you?", "question-2"))
    for what in ("place", "copy", "removal"):
        page = walk.sends(f"/questions/question-2/{what}", old)
        assert page.status == 409 and CHANGED in page and "What held you?" in page
        problems_are_linked(page)
    walk.edits(lambda before: editing.without(before, "question-2"))
    # deleting a deleted question succeeds
    for what, status in (("place", 409), ("copy", 409), ("removal", 200)):
        assert walk.sends(f"/questions/question-2/{what}", old).status == status
    assert walk.ids == ["question-1", "question-3"]


def test_pressing_a_button_twice_has_the_same_result_as_once(walk: Desk) -> None:
    form = filled(walk.form("/questions?kind=yes_no&after=question-1"), ANY)
    assert walk.sends("/questions", form).status == walk.sends("/questions", form).status == 200
    assert [prompt.ask for prompt in walk.activity.prompts].count(ANY["ask"][0]) == 1
    begun = Forms(walk.browser.get("/activities/new")).of("/activities/new")
    form = filled(begun, {"title": ["Twice"], "introduction": ["Once."]})
    where = {walk.browser.client.post("/activities/new", data=form).location for _ in range(2)}
    assert len(where) == 1
    delete = walk.form(action="/questions/question-2/removal")
    assert walk.sends("/questions/question-2/removal", delete).status == 200
    assert walk.sends("/questions/question-2/removal", delete).status == 200


def test_only_one_of_many_simultaneous_authors_can_save(walk: Desk, enter: SimpleNamespace) -> None:
    """Authors whose text isn't saved are told about the other author's change."""
    browsers = [enter.priya, enter.daniel, enter.margaret]
    path = f"{walk.path}/questions/question-2"
    for round_ in range(3):
        forms = [Forms(browser.get(path)).of(path) for browser in browsers]
        sent = [filled(form, {"ask": [f"Round {round_}, author {n}?"]}) for n, form in enumerate(forms)]
        with ThreadPoolExecutor(len(browsers)) as pool:
            replies = list(pool.map(lambda b, f: b.client.post(path, data=f).status_code, browsers, sent))
        assert sorted(replies) == [303, 409, 409]
        assert walk.activity.prompts[1].ask == f"Round {round_}, author {replies.index(303)}?"


def test_a_lead_approves_only_the_text_they_read(walk: Desk, enter: SimpleNamespace) -> None:
    """If an author saves while a lead approves, only the text that the lead has read is approved."""
    path = f"{walk.path}/questions/question-2"
    for round_ in range(3):
        read_by_her = walk.checked()
        approval = f"/activities/versions/{read_by_her.id}/approval"
        approving = Forms(enter.margaret.get(walk.path)).of(approval)
        changing = filled(walk.form("/questions/question-2"), {"ask": [f"Round {round_}?"]})
        posts = [(enter.margaret, approval, approving), (walk.browser, path, changing)]
        with ThreadPoolExecutor(2) as pool:
            approved, changed = pool.map(lambda p: p[0].client.post(p[1], data=p[2]).status_code, posts)
        assert (approved, changed) in ((303, 303), (409, 303))
        with walk.cast.store.reading() as tx:
            fixed = [
                each for each in library.versions(tx, walk.cast.priya.viewer, walk.id) if each.approved_at
            ]
        assert (read_by_her.activity in [each.activity for each in fixed]) == (approved == 303)
        assert all(each.activity != walk.activity for each in fixed)


def test_the_form_for_setting_work_is_shown_again_if_the_activity_has_changed(
    cast: Cast, enter: SimpleNamespace
) -> None:
    """The form keeps the text that the practitioner typed."""
    desk = Desk(cast, enter.priya, adapts(cast).activity_id)
    place = f"/participants/{cast.sam.enrolment_id}/work/new"
    path = f"{place}/{desk.version.id}"
    open_card = filled(Forms(desk.browser.get(path)).of(path), {"why": ["So that it fits."]})
    other_card = filled(Forms(desk.browser.get(path)).of(path), {"why": ["In another window."]})
    assert desk.browser.client.post(path, data=other_card).status_code == 303
    desk.edits(retold("Did you go out?", desk.ids[0]))
    reply = desk.browser.client.post(path, data=open_card)
    page = Page(reply.status_code, path, reply.text, {})
    assert page.status == 422 and CHANGED in page and "Did you go out?" in page
    newest = f"{place}/{desk.version.id}"
    keeps(page, newest, {"why": ["So that it fits."]})
    assert desk.browser.client.post(newest, data=Forms(page).of(newest)).status_code == 303
    assert desk.browser.get(f"{place}/{uuid4()}").status == 404
