"""Test the changes that an author can make to an activity."""

import re
from contextlib import suppress
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some

from companion.domain.activities import editing
from companion.domain.activities.activity import MOST_PROMPTS, Accepted, Activity, BadActivity, read
from companion.domain.activities.answers import Branch, Condition
from companion.domain.activities.answers.one_choice import OneChoice, Option
from companion.domain.activities.answers.short_text import ShortText
from companion.domain.activities.checker import check, faults
from companion.domain.activities.editing import About
from companion.domain.forms import Form
from companion.domain.refusals import ChangedElsewhere, NotFound, Rejected
from tests.domain.planted import PLANTED, Planted

LONG = "What did you see " + "and hear " * 20 + "on the way?"
ABOUT = About("A walk", None, 10, "This looks at one walk.")
WENT = OneChoice(
    id="went",
    ask="Did you go for a walk?",
    options=(Option(id="yes", label="Yes"), Option(id="no", label="Not today")),
    branches=(Branch(to="seen", when=Condition(one_of=("yes",))),),
)
WAY = ShortText(id="in-the-way", ask="What was in the way?", branches=(Branch(to="end"),))
SEEN = ShortText(id="seen", ask=LONG)
WALK = msgspec.structs.replace(editing.blank(ABOUT, "a-walk"), prompts=(WENT, WAY, SEEN))


def warned() -> list[Planted]:
    """Return the deliberately faulty activities whose warnings the checker also gives without a programme."""
    those = []
    for planted in PLANTED:
        with suppress(BadActivity):
            given = [(each.key, each.prompt) for each in check(read(planted.data)) if each.warning]
            those += [planted] * ((planted.key, planted.prompt) in given)
    return those


WARNED = warned()


def ids(activity: Activity) -> list[str]:
    return [prompt.id for prompt in activity.prompts]


def found(activity: Activity) -> set[tuple[str, str]]:
    return {(finding.key, finding.prompt) for finding in check(activity)}


def problems(form: Form) -> set[tuple[str, str]]:
    with pytest.raises(Rejected) as refused:
        About.typed(form, {"control-continuum"})
    return {(problem.field, problem.key) for problem in refused.value.problems}


def test_an_activitys_details_can_be_edited() -> None:
    form = {"title": [" A walk "], "topic": [""], "minutes": [" 15 "], "introduction": ["One\r\nwalk."]}
    assert About.typed(form, {"control-continuum"}) == About("A walk", None, 15, "One\nwalk.")
    assert About.typed({**form, "topic": ["control-continuum"]}, {"control-continuum"}).topic
    assert About.typed({**form, "difficulty": ["hard"]}, ()).difficulty == "hard"
    assert problems({**form, "difficulty": ["awful"]}) == {("difficulty", "not_offered")}
    assert problems({}) == {("title", "empty"), ("introduction", "empty"), ("minutes", "minutes")}
    for minutes in ("0", "121", "-1", "1.5", "٣", "", "soon", "9" * 5000):
        assert problems({**form, "minutes": [minutes]}) == {("minutes", "minutes")}
    assert problems({**form, "title": ["two\nlines"], "topic": ["x"]}) == {
        ("title", "one_line"),
        ("topic", "not_offered"),
    }


@given(some.text(max_size=60), some.lists(some.sampled_from(["a", "a-2", "question", "walk"])))
def test_an_id_made_from_a_title_is_valid_and_unused(text: str, taken: list[str]) -> None:
    name = editing.new_id(text, taken)
    assert re.fullmatch(r"[a-z][a-z0-9-]{0,39}", name)
    assert name not in {*taken, "end", "next"}


def test_a_new_question_gets_an_id_that_no_branch_or_quotation_uses() -> None:
    assert editing.next_id(editing.blank(ABOUT, "a-walk")) == "question-1"
    assert editing.next_id(WALK) == "question-4"
    last = ShortText(
        id="question-4",
        ask="Why?",
        recall="question-5",
        branches=(Branch(to="question-6"), Branch(to="end", when=Condition(prompt="question-7"))),
    )
    assert editing.next_id(editing.without(editing.added(WALK, last, "seen"), "went")) == "question-8"


def test_a_question_is_added_only_once_and_in_the_chosen_position() -> None:
    new = ShortText(id="question-4", ask="What next?")
    for after, order in (("", 0), ("went", 1), ("seen", 3)):
        added = editing.added(WALK, new, after)
        assert ids(added).index("question-4") == order
        assert editing.added(added, msgspec.structs.replace(new, id="question-5"), after) == added
    with pytest.raises(NotFound):
        editing.added(WALK, new, "gone")


def test_a_question_cannot_be_added_to_a_full_activity() -> None:
    full = msgspec.structs.replace(
        WALK, prompts=tuple(ShortText(id=f"q-{n}", ask=f"Why {n}?") for n in range(MOST_PROMPTS))
    )
    for act in (
        lambda: editing.added(full, ShortText(id="question-1", ask="And?"), ""),
        lambda: editing.copied(full, "q-7"),
    ):
        with pytest.raises(Rejected) as refused:
            act()
        assert refused.value.problems[0].key == "too_many"
    assert editing.copied(editing.without(full, "q-7"), "q-8").prompts[8].id == "q-8-2"


def test_a_question_cannot_be_moved_past_either_end_of_the_activity() -> None:
    assert ids(editing.moved(WALK, "went", 1)) == ["in-the-way", "went", "seen"]
    assert ids(editing.moved(WALK, "seen", -1)) == ["went", "seen", "in-the-way"]
    assert editing.moved(WALK, "went", -1) == WALK == editing.moved(WALK, "seen", 1)
    assert ids(editing.moved(WALK, "went", 500)) == ["in-the-way", "seen", "went"]
    with pytest.raises(NotFound):
        editing.moved(WALK, "gone", 1)


def test_a_copied_question_comes_after_its_original() -> None:
    copied = editing.copied(editing.copied(WALK, "went"), "went")
    assert ids(copied) == ["went", "went-3", "went-2", "in-the-way", "seen"]
    assert len({msgspec.structs.replace(each, id="x") for each in copied.prompts[:3]}) == 1


def test_a_copied_question_is_left_out_of_the_two_minute_version() -> None:
    copied = editing.copied(editing.shortened(WALK, "went", short=True), "went")
    assert [prompt.short for prompt in copied.prompts[:2]] == [True, False]


def test_if_a_question_is_deleted_and_a_branch_still_leads_to_it_an_error_is_reported() -> None:
    without = editing.without(WALK, "seen")
    assert ("branch_nowhere", "went") in found(without)
    assert editing.without(without, "seen") == without  # the author pressed the button twice
    mended = editing.changed(without, msgspec.structs.replace(WENT, branches=()))
    assert not faults(mended)


def test_a_warning_can_be_accepted_only_with_a_reason() -> None:
    assert ("long_sentence", "seen") in found(WALK)
    kept = editing.accepting(WALK, "seen", "long_sentence", "It is a quotation.")
    assert ("long_sentence", "seen") not in found(kept)
    again = editing.accepting(kept, "seen", "long_sentence", "It is a song.")
    assert again.accepted == (Accepted(warning="long_sentence", prompt="seen", reason="It is a song."),)
    for reason in ("", " \n ", "x" * 301):
        with pytest.raises(Rejected):
            editing.accepting(WALK, "seen", "long_sentence", reason)


@pytest.mark.parametrize("planted", WARNED, ids=lambda planted: f"{planted.key}-{planted.line}")
def test_every_warning_that_the_checker_gives_about_a_draft_can_be_accepted(planted: Planted) -> None:
    activity = read(planted.data)
    kept = editing.accepting(activity, planted.prompt, planted.key, "It has to be like that.")
    assert (planted.key, planted.prompt) not in found(kept)
    assert editing.without_stale(kept) == kept


def test_an_accepted_warning_is_removed_once_the_checker_no_longer_gives_it() -> None:
    kept = editing.accepting(WALK, "seen", "long_sentence", "It is a quotation.")
    topic = Accepted(warning="unknown_topic", prompt="", reason="It is new.")
    kept = msgspec.structs.replace(kept, accepted=(topic, *kept.accepted))
    reworded = msgspec.structs.replace(SEEN, ask="What did you see?")
    after = msgspec.structs.replace(kept, prompts=(WENT, WAY, reworded))
    assert editing.without_stale(kept) == kept
    assert editing.without_stale(after).accepted == (topic,)


@pytest.mark.parametrize(
    ("prompt", "warning"), [("went", "long_sentence"), ("gone", "long_sentence"), ("seen", "x"), ("", "")]
)
def test_an_author_can_accept_only_warnings_that_the_checker_still_gives(prompt: str, warning: str) -> None:
    with pytest.raises(ChangedElsewhere):
        editing.accepting(WALK, prompt, warning, "It has to be like that.")


def test_a_warning_that_the_author_accepted_reappears_only_if_the_question_is_reworded() -> None:
    kept = editing.accepting(WALK, "seen", "long_sentence", "It is a quotation.")
    elsewhere = editing.changed(kept, msgspec.structs.replace(SEEN, recall="went", branches=WAY.branches))
    moved = editing.moved(editing.changed(kept, WAY), "seen", -1)
    for still in (elsewhere, moved, editing.with_about(kept, ABOUT), editing.changed(kept, SEEN)):
        assert still.accepted == kept.accepted
    others = msgspec.structs.replace(SEEN, ask="What did you hear " + "and see " * 20 + "on the way?")
    for gone in (editing.changed(kept, others), editing.without(kept, "seen")):
        assert gone.accepted == ()


def test_an_author_who_rewords_the_introduction_must_accept_the_checkers_warnings_about_it_again() -> None:
    walk = editing.with_about(
        WALK, About("A walk", None, 10, "This looks at " + "one walk, " * 12 + "again.")
    )
    kept = editing.accepting(walk, "", "long_sentence", "It is a quotation.")
    about = About(kept.title, None, 20, kept.introduction)
    assert editing.with_about(kept, about).accepted == kept.accepted
    assert editing.with_about(kept, ABOUT).accepted == ()


CHANGES = some.lists(
    some.tuples(
        some.sampled_from(["up", "down", "copy", "remove", "change", "accept", "about", "add"]),
        some.integers(0, 9),
    ),
    max_size=12,
)


@given(CHANGES)
def test_an_author_can_correct_every_error_that_editing_caused(
    changes: list[tuple[str, int]],
) -> None:
    """The author must be able to correct each error with the editor's buttons."""
    activity = WALK
    for act, which in changes:
        activity = act_of(activity, act, which)
    assert len(set(ids(activity))) == len(activity.prompts)
    assert not {key for key, _ in found(activity)} & {
        "accepts_nothing",
        "id_twice",
        "id_reserved",
        "empty_text",
    }


def act_of(activity: Activity, act: str, which: int) -> Activity:
    if act == "add" or not activity.prompts:
        new = ShortText(id=editing.next_id(activity), ask=f"{LONG} {which}")
        return editing.added(
            activity, new, ids(activity)[which % len(ids(activity))] if ids(activity) else ""
        )
    prompt = activity.prompts[which % len(activity.prompts)]
    match act:
        case "up" | "down":
            return editing.moved(activity, prompt.id, -1 if act == "up" else 1)
        case "copy":
            return editing.copied(activity, prompt.id)
        case "remove":
            return editing.without(activity, prompt.id)
        case "change":
            return editing.changed(activity, msgspec.structs.replace(prompt, ask=f"Why {which}?"))
        case "accept" if ("long_sentence", prompt.id) in found(activity):
            return editing.accepting(activity, prompt.id, "long_sentence", "It has to be.")
        case "about":
            return editing.with_about(activity, About("A walk", None, 10, "One walk, " * (which + 18)))
    return activity


def test_a_preview_can_start_at_any_question() -> None:
    part = [ShortText(id=name, ask="What of it?", for_each="seen") for name in ("first", "second")]
    walk = msgspec.structs.replace(WALK, prompts=(*WALK.prompts, *part))
    for before, at in pairwise(ids(walk)):
        begun = editing.starting_at(walk, at)
        assert ids(begun)[0] == at and before not in ids(begun)
    assert {each.for_each for each in editing.starting_at(walk, "second").prompts} == {""}
    assert editing.starting_at(walk, "went") == walk
    with pytest.raises(NotFound):
        editing.starting_at(walk, "gone")


def test_questions_typed_one_per_line_become_an_activity() -> None:
    quick = editing.quick(" For you ", "Hello.", "How was it?\n\n What next? \u2028Why?", 500, "own-1")
    assert [(each.id, each.ask) for each in quick.prompts] == [
        ("question-1", "How was it?"),
        ("question-2", "What next?"),
        ("question-3", "Why?"),
    ]
    assert (quick.title, quick.minutes, faults(quick)) == ("For you", 120, [])
