"""Test that a preview runs the real conversation but stores nothing."""

from tests.domain.activities.answers.samples import every_kind, samples
from tests.stored import stored
from tests.visitor import Page
from tests.web.activities.desk import Desk, tries, words
from tests.web.forms import Forms

MEDDLED = (
    *("", "x", "[]", "null", "{", "[" * 100_000, '{"question-1": 1}', '{"question-1": ["answered", {}]}'),
    *(
        '{"question-1": ["king", {"answer": ["yes"]}]}',
        '{"question-1": ["answered", {"answer": ["\\u0000"]}]}',
    ),
    *('{"gone": ["talk", {}], "question-2": ["talk", {}]}', '{"question-1": ["answered", {"answer": [1]}]}'),
    *('{"question-1": ["answered", {"answer": ["\\ud800"]}]}', '{"question-1.0123456789": ["talk", {}]}'),
    '{"question-1": ["answered", {"answer": ["' + "x" * 100_000 + '"]}]}',
)


def asked(page: Page) -> str:
    """Return the wording of the question that the preview is asking."""
    return words(Page(200, "", page.text.partition('id="now"')[2].partition("</article>")[0], {}))


def test_a_preview_stores_nothing(walk: Desk) -> None:
    walk.holds(every_kind())
    walk.page("/preview")
    before = stored(walk.cast.store, "last_seen_at")
    page = walk.page("/preview")
    for kind, sample in samples().items():
        assert sample.ask in asked(page)
        refused = tries(walk, Forms(page).of(f"{walk.path}/preview"), way="answered")
        assert refused.status == 422 and sample.empty in refused
        form = {**Forms(refused).of(f"{walk.path}/preview"), **sample.form}
        page = tries(walk, form, way="answered")
        assert not [each for each in sample.said if each not in words(page)], kind
    assert "That was the last question." in page
    form = Forms(page).of(f"{walk.path}/preview")
    page = tries(walk, form, change="date")
    assert "When will you walk again?" in asked(page) and Forms(page).of(f"{walk.path}/preview")["day"] == [
        "3"
    ]
    page = tries(walk, Forms(page).of(f"{walk.path}/preview"), way="talk")
    assert "I'd rather talk about this in the session" in page
    assert stored(walk.cast.store, "last_seen_at") == before


def test_a_preview_can_start_at_any_question(walk: Desk) -> None:
    page = walk.page("/preview")
    assert ">Question 1, about 2 more</h2>" in page.text
    form = Forms(page).of(f"{walk.path}/preview")
    assert "What did you see?" in asked(tries(walk, {**form, "answer": ["yes"]}, way="answered"))
    for said in ({"answer": ["not-today"], "way": ["answered"]}, {"way": ["not_sure"]}):
        assert "What was in the way?" in asked(tries(walk, {**form, **said}))
    page = walk.page("/preview?start=question-2")
    assert "Question 1 of 2" in page and "What was in the way?" in asked(page)
    page = tries(walk, Forms(page).of(f"{walk.path}/preview"), way="not_sure")
    assert "What did you see?" in asked(page) and "I'm not sure yet" in page
    assert "Did you go?" in asked(walk.page("/preview?start=gone"))


def test_forged_fields_in_a_previews_form_cause_no_error(walk: Desk) -> None:
    form = walk.form("/preview")
    odd = ({"prompt": "gone"}, {"change": "gone"}, {"prompt": "\x00", "change": "\x00"}, {"way": "answered"})
    for answers in MEDDLED:
        for way in ("not_sure", "answered", "king", ""):
            page = tries(walk, form, answers=answers, way=way)
            assert page.status in (200, 422) and "Did you go?" in page, answers[:50]
        for more in odd:
            assert tries(walk, form, answers=answers, **more).status in (200, 422), answers[:50]
    assert "Did you go?" in asked(tries(walk, form, start="gone"))
