"""Test that authors can write questions without JavaScript and lose no text."""

import msgspec

from companion.domain.activities import editing
from companion.domain.activities.answers import Prompt, kinds
from companion.domain.activities.answers.one_choice import OneChoice, Option
from companion.domain.activities.answers.scale import Scale
from companion.domain.authoring import prompt_form
from companion.web.activities.question import CONDITIONS_MOST, offered
from tests.domain.activities.answers.samples import HOSTILE, every_kind, sample_of
from tests.stored import stored
from tests.visitor import Page
from tests.web.activities.desk import ANY, Desk, keeps, problems_are_linked, words
from tests.web.forms import Forms, filled

CHOSEN = (
    *("shape", "situation", "recall", "for_each", "plan", "reply-to"),
    *("options-to", "reply-to-go", "go-not_sure", "go-talk"),
)
"""The names of form fields that nobody types into, such as checkboxes and hidden fields."""


def test_a_question_of_every_kind_can_be_saved(desk: Desk) -> None:
    for number, (kind, sample) in enumerate(samples(), 1):
        typed = {**prompt_form.form_of(sample), "help": ["Take your time.\nThere is no wrong answer."]}
        page = desk.adds(kind, **typed)
        assert page.path == desk.path and "Question saved." in page, kind
        assert "All written? See what's next" in page
        prompt = desk.activity.prompts[-1]
        assert prompt == msgspec.structs.replace(sample, id=f"question-{number}", help=typed["help"][0])
        assert sample_of(kind).ask in words(page)
        problems_are_linked(page)

        of = f"/questions/{prompt.id}"
        keeps(desk.page(of), f"{desk.path}{of}", typed)
        problems_are_linked(desk.page(of))
        revision = desk.version.revision
        desk.sends(of, desk.form(of))
        assert (desk.version.revision, desk.activity.prompts[-1]) == (revision, prompt), kind


def test_each_error_in_a_question_is_reported_next_to_its_field(desk: Desk) -> None:
    action = f"{desk.path}/questions"
    before = stored(desk.cast.store, "audit_entries", "last_seen_at")
    for kind, sample in samples():
        for bad in ("", "x" * 2_100, f"{HOSTILE}\x00"):
            typed = {
                name: texts if name in CHOSEN else [bad] * len(texts)
                for name, texts in prompt_form.form_of(sample).items()
                if not name.endswith("-id")
            }
            page = desk.adds(kind, **typed)
            assert page.status == 422, kind
            problems_are_linked(page)
            keeps(page, action, typed)
            assert "<b>I&" not in page.text and 'aria-invalid="true"' in page.text
    assert stored(desk.cast.store, "audit_entries", "last_seen_at") == before


def samples() -> list[tuple[str, Prompt]]:
    """Return the name of each kind of question, with an example of that kind."""
    return list(zip(kinds(), every_kind().prompts, strict=True))


def test_changing_a_questions_kind_saves_nothing_until_the_form_is_sent(walk: Desk) -> None:
    before = walk.version
    form = filled(
        walk.form("/questions/question-1"), {"ask": ["Did you walk?"], "new_kind": ["several_choices"]}
    )
    page = walk.sends("/questions/question-1", {**form, "use": ["kind"]})
    assert page.status == 200 and walk.version == before
    keeps(page, f"{walk.path}/questions/question-1", {
        "ask": ["Did you walk?"], "kind": ["several_choices"], "options-label": ["Yes", "Not today"],
        "options-to": ["question-3", ""],
    })  # fmt: skip
    walk.sends("/questions/question-1", Forms(page).of(f"{walk.path}/questions/question-1"))
    (first, *_) = walk.activity.prompts
    assert (type(first), first.ask) == (kinds()["several_choices"], "Did you walk?")
    assert first.branches == before.activity.prompts[0].branches

    page = walk.sends("/questions", {**walk.form("/questions"), "new_kind": ["triangle"], "use": ["kind"]})
    assert Forms(page).of(f"{walk.path}/questions")["situation"] == ["yes"]
    page = walk.sends("/questions", {**walk.form("/questions"), "new_kind": ["a king"], "use": ["kind"]})
    assert page.status == 200 and Forms(page).of(f"{walk.path}/questions")["kind"] == ["short_text"]


def test_an_unticked_box_in_a_question_form_stays_unticked_after_an_error(desk: Desk) -> None:
    form = desk.form("/questions?kind=triangle")
    assert form.pop("situation") == ["yes"]
    page = desk.sends("/questions", form)  # the author has left out the question's wording
    assert page.status == 422
    form = Forms(page).of(f"{desk.path}/questions")
    assert "situation" not in form
    desk.sends("/questions", filled(form, ANY))
    assert not getattr(desk.activity.prompts[0], "situation", True)
    assert "situation" not in desk.form("/questions/question-1")


def test_questions_can_be_moved_copied_and_deleted(walk: Desk) -> None:
    forms = Forms(walk.page()).forms
    assert not [where for where, fields in forms if where.endswith("question-1/place") and fields.get("to")]

    def does(prompt_id: str, what: str, **more: str) -> Page:
        form = walk.form(action=f"/questions/{prompt_id}/{what}")
        return walk.sends(f"/questions/{prompt_id}/{what}", {**form, **{k: [v] for k, v in more.items()}})

    does("question-2", "place", to="up")
    assert walk.ids == ["question-2", "question-1", "question-3"]
    revision = walk.version.revision
    for prompt_id, to in (("question-2", "up"), ("question-3", "down")):
        does(prompt_id, "place", to=to)
    assert walk.version.revision == revision
    does("question-3", "copy")
    does("question-2", "removal")
    assert walk.ids == ["question-1", "question-3", "question-3-2"]
    for prompt_id in list(walk.ids):
        assert does(prompt_id, "removal").status == 200
    assert "No questions yet." in walk.page() and walk.page("/preview").status == 200


def test_a_questions_form_keeps_conditions_that_depend_on_a_deleted_question(
    walk: Desk,
) -> None:
    """The question quotes a later question. The question's condition depends on a deleted question."""
    walk.holds(every_kind())
    walk.edits(lambda before: editing.changed(before, msgspec.structs.replace(
        next(each for each in before.prompts if each.id == "letter"), recall="list", for_each="list",
        branches=prompt_form.typed_prompt(
            "letter", {"ask": ["x"], "when": ["gone|one_of|yes", "date|way|talk"], "to": ["end", "end"]},
            before, None).branches,
    )))  # fmt: skip
    form = walk.form("/questions/letter")
    assert (form["recall"], form["for_each"]) == (["list"], ["list"])
    assert form["when"][:2] == ["gone|one_of|yes", "date|way|talk"]
    assert "a deleted question is “yes”" in walk.page("/questions/letter")
    revision = walk.version.revision
    walk.sends("/questions/letter", form)
    assert walk.version.revision == revision


def test_a_question_with_thirty_options_can_be_edited(walk: Desk) -> None:
    many = OneChoice(
        id="question-1",
        ask="Which?",
        options=tuple(Option(id=f"o-{n}", label=f"Walk {n}") for n in range(30)),
    )
    walk.edits(lambda before: editing.changed(before, many))
    form = walk.form("/questions/question-1")
    walk.sends("/questions/question-1", filled(form, {"ask": ["Which one?"]}))
    assert walk.activity.prompts[0] == msgspec.structs.replace(many, ask="Which one?")


def test_the_list_of_conditions_for_a_branch_is_limited() -> None:
    scales = [
        Scale(id=f"question-{number}", ask="How was it?", low_label="Bad", high_label="Good")
        for number in range(1, 52)
    ]
    *earlier, this = enumerate(scales, 1)
    found = list(offered(earlier, this, {"when": [f"{each.id}|way|talk" for each in scales]}))
    many = [len(conditions) for *_, conditions in found]
    assert CONDITIONS_MOST - many[0] < sum(many) <= CONDITIONS_MOST
    assert [number for number, *_ in found] == list(range(51, 51 - len(found), -1))
