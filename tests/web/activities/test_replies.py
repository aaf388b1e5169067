"""Test that an author can write a reply to an option in the row of that option. The preview and the page
for approval show the reply.
"""

from tests.web.activities.desk import Desk, tries, words
from tests.web.forms import Forms

SO = "Then there is something to look back on."


def saves(walk: Desk, **typed: list[str]) -> None:
    form = walk.form("/questions/question-1")
    named = {name.replace("__", "-"): texts for name, texts in typed.items()}
    for name in named:
        assert name in form, name
    page = walk.sends("/questions/question-1", {**form, **named})
    assert "Question saved." in page


def test_a_preview_shows_the_reply_that_an_author_wrote_for_an_option(walk: Desk) -> None:
    saves(walk, options__reply=[SO, "", "", ""], reply__not_sure=["That can wait."])
    page = walk.page()
    assert f"If the answer is “Yes”, the guide says: {SO}" in words(page)
    assert "If the answer is “I'm not sure yet”, the guide says: That can wait." in words(page)
    assert walk.form("/questions/question-1")["options-reply"][:2] == [SO, ""]

    preview = walk.page("/preview")
    form = Forms(preview).of(f"{walk.path}/preview")
    heard = tries(walk, {**form, "answer": ["yes"]}, way="answered")
    assert heard.text.index(SO) < heard.text.index('id="now"')
    assert "That can wait." in tries(walk, form, way="not_sure")


def test_the_approval_page_shows_the_reply_to_each_answer(walk: Desk) -> None:
    saves(walk, options__reply=[SO, "", "", ""])
    version = walk.version
    page = walk.browser.get(f"/activities/versions/{version.id}")
    assert f"If the answer is “Yes”, the guide says: {SO}" in words(page)


def test_a_reply_can_quote_an_earlier_answer(walk: Desk) -> None:
    form = walk.form("/questions/question-3")
    rows = {
        "reply-when": ["question-1|one_of|yes", ""],
        "reply-say": ["Here is how you began.", ""],
        "reply-recall": ["question-1", ""],
    }
    walk.sends("/questions/question-3", {**form, **rows})
    (reply,) = walk.activity.prompts[2].replies
    assert (reply.when.prompt, reply.recall) == ("question-1", "question-1")
    page = words(walk.page())
    assert (
        "is “Yes”, the guide says: Here is how you began." in page
        and "participant sees their own answer to" in page
    )
    again = walk.form("/questions/question-3")
    assert {name: again[name][:1] for name in rows} == {name: texts[:1] for name, texts in rows.items()}


def test_an_invalid_reply_is_kept_in_its_field(walk: Desk) -> None:
    form = walk.form("/questions/question-1")
    page = walk.sends("/questions/question-1", {**form, "reply-talk": ["x" * 301], "options-reply": [SO]})
    assert page.status == 422 and 'href="#reply-talk"' in page.text
    kept = Forms(page).of(f"{walk.path}/questions/question-1")
    assert kept["reply-talk"] == ["x" * 301] and kept["options-reply"][0] == SO
    assert walk.activity.prompts[0].replies == ()


def test_a_reply_that_pretends_somebody_read_the_answer_causes_a_warning(walk: Desk) -> None:
    saves(walk, options__reply=["", "What else?", "", ""])
    assert "A reply asks a question." in walk.page()
    form = walk.form("/questions/question-2")
    walk.sends("/questions/question-2", {**form, "reply-answered": ["Thank you. That was brave."]})
    assert "sounds as if somebody had read it: thank, brave." in words(walk.page())


def test_changing_a_questions_kind_keeps_the_replies_to_its_options(walk: Desk) -> None:
    saves(walk, options__reply=[SO, "", "", ""])
    form = walk.form("/questions/question-1")
    page = walk.sends("/questions/question-1", {**form, "new_kind": ["several_choices"], "use": ["kind"]})
    walk.sends("/questions/question-1", Forms(page).of(f"{walk.path}/questions/question-1"))
    assert [reply.say for reply in walk.activity.prompts[0].replies] == [SO]
