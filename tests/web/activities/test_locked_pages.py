"""Test that authors get their filled-in form back if their session locks before they send the form."""

import re
from collections.abc import Mapping, Sequence

import msgspec
import pytest

from companion.domain.activities import editing
from companion.domain.activities.answers.several_choices import SeveralChoices
from tests.fixtures import Clock
from tests.visitor import Page
from tests.web.activities.desk import CHANGED, Desk, keeps, retold, tries
from tests.web.forms import Forms, filled

LONG = "What did you see " + "and hear " * 9 + "on the way?"


class Away:
    """An author whose session locks while a page is open."""

    def __init__(self, desk: Desk, clock: Clock) -> None:
        self.desk, self.clock = desk, clock

    def sends(self, action: str, form: Mapping[str, Sequence[str]]) -> Page:
        """Send a form after the session has locked. Sign in again, and return the page that opens."""
        self.clock.forward(minutes=31)
        reply = self.desk.browser.client.post(action, data=form)
        assert reply.status_code == 302 and "/sign-in?next=" in reply.location
        self.clock.forward(seconds=31)
        self.desk.browser.sign_in(self.desk.cast, self.desk.cast.priya)
        return self.desk.browser.get(dict(form)["page"][0])


@pytest.fixture
def away(walk: Desk, clock: Clock) -> Away:
    return Away(walk, clock)


def test_a_form_for_a_new_question_is_kept_while_the_session_is_locked(walk: Desk, away: Away) -> None:
    typed = {
        "ask": ["Which way?"],
        "options-label": ["Up", "", "Down"],
        "when": ["", "|way|talk"],
        "to": ["", "end"],
    }
    form = filled(walk.form("/questions?kind=several_choices&after=question-1"), typed)
    page = away.sends(f"{walk.path}/questions", form)
    assert page.status == 200 and CHANGED not in page
    keeps(page, f"{walk.path}/questions", {**typed, "kind": ["several_choices"], "after": ["question-1"]})
    walk.sends("/questions", Forms(page).of(f"{walk.path}/questions"))
    (new,) = (each for each in walk.activity.prompts if each.ask == "Which way?")
    assert walk.activity.prompts.index(new) == 1
    assert isinstance(new, SeveralChoices) and [each.label for each in new.options] == ["Up", "Down"]
    assert Forms(walk.page("/questions")).of(f"{walk.path}/questions")["ask"] == [""]


def test_a_form_sent_from_a_locked_session_never_overwrites_another_authors_change(
    walk: Desk, away: Away
) -> None:
    path = f"{walk.path}/questions/question-1"
    form = filled(walk.form("/questions/question-1"), {"ask": ["Mine?"]})
    walk.edits(retold("Theirs?"))
    page = away.sends(path, form)
    assert CHANGED in page and "Theirs?" in page
    keeps(page, path, {"ask": ["Mine?"]})
    form = filled(walk.form("/about"), {"title": ["Mine"]})
    walk.edits(lambda before: msgspec.structs.replace(before, introduction="Theirs."))
    page = away.sends(f"{walk.path}/about", form)
    assert CHANGED in page and "Theirs." in page
    keeps(page, f"{walk.path}/about", {"title": ["Mine"]})


def test_a_question_deleted_while_its_form_was_open_can_be_added_again_after_the_session_is_unlocked(
    walk: Desk, away: Away
) -> None:
    path = f"{walk.path}/questions/question-2"
    form = filled(walk.form("/questions/question-2"), {"ask": ["Mine?"]})
    walk.edits(lambda before: editing.without(before, "question-2"))
    page = away.sends(path, form)
    assert page.status == 200 and CHANGED in page
    keeps(page, f"{walk.path}/questions", {"ask": ["Mine?"]})


def test_a_reason_for_accepting_a_warning_is_shown_again_after_the_session_is_unlocked(
    walk: Desk, away: Away
) -> None:
    walk.adds(ask=[LONG])
    form = filled(walk.form(action="/acceptances"), {"reason": ["It is a quotation."]})
    page = away.sends(f"{walk.path}/acceptances", form)
    keeps(page, f"{walk.path}/acceptances", {"reason": ["It is a quotation."]})
    assert re.search(r"<details open><summary>\s*Keep it as it is", page.text)


def test_a_preview_continues_at_the_same_question_after_the_session_locked(walk: Desk, away: Away) -> None:
    page = tries(walk, walk.form("/preview?start=question-2"), way="not_sure")
    form = Forms(page).of(f"{walk.path}/preview")
    page = away.sends(f"{walk.path}/preview", {**form, "answer": ["A heron"], "way": ["answered"]})
    assert page.status == 200 and "A heron" in page and "I'm not sure yet" in page
    assert "That was the last question." in page
    assert "A heron" not in walk.page(
        "/preview?start=question-2"
    )  # a newly opened preview starts from the beginning
    page = tries(walk, Forms(page).of(f"{walk.path}/preview"), change="question-3")
    assert Forms(page).of(f"{walk.path}/preview")["answer"] == ["A heron"]
    assert "A heron" not in walk.page("/preview")


def test_questions_typed_as_a_list_are_shown_again_after_the_session_is_unlocked(
    walk: Desk, away: Away
) -> None:
    path = f"/participants/{walk.cast.sam.enrolment_id}/work/questions"
    form = filled(
        Forms(walk.browser.get(path)).of(path), {"questions": ["One?\nTwo?"], "why": ["To look back."]}
    )
    page = away.sends(path, form)
    keeps(page, path, {"questions": ["One?\nTwo?"], "why": ["To look back."]})
