"""Test unusual requests by authors, such as requests with forged numbers."""

from uuid import uuid4

import msgspec

from companion.domain.activities.answers.short_text import ShortText
from tests.domain.activities.answers.samples import HOSTILE
from tests.web.activities.desk import Desk, keeps
from tests.web.forms import Forms, filled


def test_an_unknown_version_or_question_is_not_found(walk: Desk) -> None:
    nothing = uuid4()
    for path in (f"/activities/{nothing}", f"/activities/versions/{nothing}", f"{walk.path}/questions/gone"):
        assert walk.browser.get(path).status == 404
    for query in ("kind=king", "after=gone", "kind=list&kind=x", "kind=%00&after=%00"):
        page = walk.page(f"/questions?{query}")
        assert page.status == 200
        # by default, the new question comes after the last question
        assert Forms(page).of(f"{walk.path}/questions")["after"] == ["question-3"]
    assert Forms(walk.page("/questions?after=")).of(f"{walk.path}/questions")["after"] == [""]


def test_a_forged_version_number_changes_nothing(walk: Desk) -> None:
    before = walk.version
    form = filled(walk.form("/questions/question-1"), {"ask": ["Forged?"]})
    for name in ("number", "revision"):
        for number in ("", "-1", "x", "9" * 20, "0", "٣"):
            page = walk.sends("/questions/question-1", {**form, name: [number]})
            assert page.status == 409 and "Forged?" in page
    assert walk.version == before


def test_markup_in_an_authors_text_is_escaped(walk: Desk) -> None:
    """The page shows HTML, template syntax and right-to-left marks as text."""
    title = f"{HOSTILE} \u200femoh"
    walk.sends("/about", filled(walk.form("/about"), {"title": [title], "introduction": [HOSTILE]}))
    walk.adds("one_choice", ask=[HOSTILE], help=[HOSTILE], **{"options-label": [HOSTILE, title]})
    for page in (walk.page(), walk.page("/questions/question-4"), walk.page("/preview"), walk.page("/about"),
                 walk.browser.get("/activities/")):  # fmt: skip
        assert page.status == 200 and title in page
        assert "<b>I&" not in page.text and "I&49" not in page.text


def test_an_activity_can_have_at_most_two_hundred_questions(walk: Desk) -> None:
    many = tuple(
        ShortText(id=f"q-{n}", ask="What was it like there? " * 80, recall=f"q-{n - 1}" if n else "")
        for n in range(200)
    )
    walk.edits(lambda before: msgspec.structs.replace(before, prompts=many))
    assert walk.page().status == walk.page("/questions/q-199").status == walk.page("/preview").status == 200
    page = walk.adds(ask=["One more?"])
    assert page.status == 422 and "There's only room for 200 entries." in page
    keeps(page, f"{walk.path}/questions", {"ask": ["One more?"]})
    copy = walk.sends("/questions/q-7/copy", walk.form(action="/questions/q-7/copy"))
    assert copy.status == 422 and "There's only room for 200 entries." in copy
