"""Test that Companion asks the same questions in the same order as a simple algorithm does. The activities
and answers are random.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from hypothesis import given, note
from hypothesis import strategies as some

from companion.domain.activities.activity import Activity, from_plain
from companion.domain.activities.answers import Condition, Prompt, kinds
from companion.domain.activities.checker import faults
from companion.domain.activities.conversation import AskedPrompt, Conversation, Edit, Given, Turn
from companion.domain.activities.list_items import carried
from tests.walks import reading
from tests.walks.activities import LISTS, activities
from tests.walks.answers import changes, forms
from tests.walks.counts import walks
from tests.walks.reading import meets, step

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
Answers = dict[str, Given]

SORTS = {
    "to end", "to next", "to prompt", "always", "answered", "not_sure", "talk", "one_of", "at_least", "at_most",
    "own answer", "earlier answer", "earlier answer of the item", "recall", "recall in a part", "recall of a list",
    *(f"part over {kind}" for kind in LISTS),
}  # fmt: skip


def test_randomly_generated_activities_include_every_feature() -> None:
    seen: set[str] = set()

    @walks(600)  # fewer examples would probably leave out some features
    @given(activity=activities())
    def look(activity: Activity) -> None:
        assert faults(activity) == []
        for prompt in activity.prompts:
            seen.update(_sorts(activity, prompt))

    look()
    assert seen >= SORTS | set(kinds())


def _sorts(activity: Activity, prompt: Prompt) -> set[str]:
    over, recalled = activity.prompt(prompt.for_each), activity.prompt(prompt.recall)
    found = {_kind(prompt)}
    if over:
        found.add(f"part over {_kind(over)}")
    if recalled:
        found |= {"recall", f"recall of a {_kind(recalled)}"}
        found |= {"recall in a part"} if recalled.for_each else set()
    for branch in prompt.branches:
        when = branch.when
        found.add(f"to {branch.to if branch.to in ('end', 'next') else 'prompt'}")
        found |= {name for name in ("one_of", "at_least", "at_most") if getattr(when, name) not in ((), None)}
        found |= {when.way} if when.way else set()
        asked = activity.prompt(when.prompt)
        earlier = "earlier answer of the item" if asked and asked.for_each else "earlier answer"
        found.add("always" if when == Condition() else earlier if asked and asked != prompt else "own answer")
    return found


def _kind(prompt: Prompt) -> str:
    return str(prompt.__struct_config__.tag)


@walks(150)
@given(data=some.data())
def test_a_random_conversations_length_is_within_the_announced_range(
    data: some.DataObject,
) -> None:
    activity = data.draw(activities())
    answers: Answers = {}
    promised = Conversation(activity, answers).progress
    assert promised.done == 0
    fewest, most = promised.fewest_left, promised.most_left
    while asked := Conversation(activity, answers).open:
        assert len(answers) < most
        answers[asked.prompt.id] = says(data.draw, asked)
        progress = Conversation(activity, answers).progress
        assert progress.done == len(answers)
        assert fewest <= progress.done + progress.fewest_left, "the promise only gets narrower"
        assert progress.done + progress.most_left <= most
        fewest, most = progress.done + progress.fewest_left, progress.done + progress.most_left
    assert fewest == most == len(answers)


@walks(250)
@given(data=some.data())
def test_with_random_answers_companion_asks_the_questions_that_a_simple_algorithm_predicts(
    data: some.DataObject,
) -> None:
    """Companion must be able to say why it asks each question. When somebody changes an answer, Companion
    must say which answers disappear and which come back.
    """
    activity = data.draw(activities())
    answers: Answers = {}
    items: dict[str, str] = {}
    gone: set[str] = set()
    for _ in range(data.draw(some.integers(1, 12), label="acts")):
        talk = Conversation(activity, answers)
        agrees_with_the_naive_reading(activity, answers)
        for turn in talk.turns:
            assert items.setdefault(turn.prompt.id, turn.item) == turn.item, "an answer stays with its item"
            assert turn.prompt.id not in gone, "what was said to leave does not come by new answers alone"
        choices = [*([talk.open] * 3 if talk.open else []), *talk.turns]
        asked = data.draw(some.sampled_from(choices), label="asked")
        said = says(data.draw, asked)
        edit = talk.edit(asked.prompt.id, said)
        after = saved(answers, edit, asked.prompt.id, said)
        does_what_it_said(talk, Conversation(activity, after), edit)
        if asked is talk.open:
            assert edit.leaving == ()
        else:
            gone = {each.prompt.id for each in edit.leaving}
        answers = after


@walks(250)
@given(data=some.data())
def test_changing_an_answer_and_changing_it_back_restores_all_questions_and_answers(
    data: some.DataObject,
) -> None:
    activity, answers = data.draw(walked())
    before = Conversation(activity, answers)
    changed = data.draw(some.sampled_from(before.turns), label="changes")
    name, said = changed.prompt.id, says(data.draw, changed)
    edit = before.edit(name, said)
    between = saved(answers, edit, name, said)
    back = Conversation(activity, between).edit(name, changed.given)
    after = Conversation(activity, saved(between, back, name, changed.given))
    assert (after.turns, after.open, after.progress) == (before.turns, before.open, before.progress)
    left = {turn.prompt.id for turn in edit.leaving}
    returned = {turn.prompt.id: turn for turn in back.returning}
    assert left <= set(returned), "what left comes back"
    assert all(returned[turn.prompt.id] == turn for turn in edit.leaving)


@walks(150)
@given(data=some.data())
def test_answering_the_remaining_questions_does_not_bring_back_a_removed_answer(
    data: some.DataObject,
) -> None:
    activity, answers = data.draw(walked())
    before = Conversation(activity, answers)
    changed = data.draw(some.sampled_from(before.turns), label="changes")
    said = says(data.draw, changed)
    edit = before.edit(changed.prompt.id, said)
    answers = saved(answers, edit, changed.prompt.id, said)
    while (talk := Conversation(activity, answers)).open:
        answers[talk.open.prompt.id] = says(data.draw, talk.open)
    assert not set(ids(edit.leaving)) & set(ids(talk.turns))


def test_an_answer_is_kept_if_another_list_item_may_still_lead_to_the_same_question() -> None:
    activity = written(
        {"id": "walks", "kind": "list"},
        {"id": "good", "for_each": "walks", "branches": [{"to": "why", "when": {"one_of": ["yes"]}}]},
        {"id": "dry", "for_each": "walks"},
        {"id": "more", "branches": [{"to": "end"}]},
        {"id": "why"},
    )
    answers = told(activity, ["Along the river", "Up the hill"], "yes", "yes")
    talk = Conversation(activity, answers)
    assert [turn.address for turn in talk.turns] == ["walks", "good.1", "why"]
    assert talk.edit(talk.turns[1].prompt.id, Given("answered", "no", 2, NOON)).leaving == ()


def test_changing_an_answer_removes_a_later_answer_whose_question_can_no_longer_be_asked() -> None:
    activity = written(
        {"id": "out", "branches": [{"to": "far", "when": {"one_of": ["yes"]}}]},
        {"id": "rain"},
        {"id": "far", "branches": [{"to": "end", "when": {"prompt": "out", "one_of": ["no"]}}]},
        {"id": "again"},
    )
    answers = told(activity, "yes", "yes", "yes")
    left = Conversation(activity, answers).edit("out", Given("answered", "no", 2, NOON)).leaving
    assert ids(left) == ["again"], "how the rain was is still open, but it leads to no other end"


def test_answers_about_list_items_are_kept_as_long_as_the_list_question_might_be_asked() -> None:
    activity = written(
        {"id": "out", "branches": [{"to": "walks", "when": {"one_of": ["yes"]}}]},
        {"id": "rain"},
        {"id": "walks", "kind": "list"},
        {"id": "good", "for_each": "walks"},
    )
    answers = told(activity, "yes", ["Along the river"], "yes")
    assert Conversation(activity, answers).edit("out", Given("answered", "no", 2, NOON)).leaving == ()


def test_answers_to_skipped_questions_never_remove_other_answers() -> None:
    ends = {"low_label": "Hard", "high_label": "Good"}
    lead = [{"to": "again", "when": {"at_least": 8}}, {"to": "dry", "when": {"at_least": 5}}]
    activity = written(
        {"id": "week", "kind": "scale", **ends, "branches": lead},
        {"id": "rain", "branches": [{"to": "far", "when": {"one_of": ["yes"]}}]},
        {"id": "dry"},
        {"id": "far", "branches": [{"to": "end", "when": {"prompt": "dry", "one_of": ["yes"]}}]},
        {"id": "again"},
    )
    answers = told(activity, 5, "yes", "yes") | {"week": Given("answered", 9, 2, NOON)}
    answers["again"] = Given("answered", "yes", 1, NOON)
    talk = Conversation(activity, answers)
    assert ids(talk.turns) == ["week", "again"]
    assert talk.edit("week", Given("answered", 2, 3, NOON)).leaving == ()


def written(*prompts: dict[str, Any]) -> Activity:
    """Return a valid activity with these prompts. By default, a prompt is a yes-or-no question."""
    activity = from_plain(
        {
            "format": 1,
            "id": "walk",
            "title": "A walk",
            "minutes": 5,
            "introduction": "This looks at walks.",
            "prompts": [{"kind": "yes_no", "ask": "What was it like?", **prompt} for prompt in prompts],
        }
    )
    assert faults(activity) == []
    return activity


def told(activity: Activity, *values: Any) -> Answers:
    """Give these values as answers to an activity's questions, in order, and return the answers."""
    answers: Answers = {}
    for value in values:
        asked = Conversation(activity, answers).open
        assert asked
        answers[asked.prompt.id] = Given("answered", value, 1, NOON)
    return answers


def agrees_with_the_naive_reading(activity: Activity, answers: Mapping[str, Given]) -> None:
    """Check which questions Companion asks, why it asks each question, and which answers it quotes.

    Check that answers to questions no longer on the path don't affect the conversation.
    """
    talk = Conversation(activity, answers)
    asked = [*talk.turns, *([talk.open] if talk.open else [])]
    note(f"path: {[each.address for each in asked]}")
    assert [step(each) for each in asked] == reading.read(activity, answers)
    for each in asked:
        if each.because:
            turn = each.because.turn
            assert turn in talk.turns
            prompt = activity.prompt(turn.prompt.id.partition(".")[0])
            assert prompt and meets(each.because.condition, prompt, turn.given)
        assert each.recalled is None or each.recalled in talk.turns
        assert talk.asked(each.prompt.id) == talk.asked(each.address) == each
        assert talk.prompt(each.prompt.id) == each.prompt
    alone = Conversation(activity, {turn.prompt.id: turn.given for turn in talk.turns})
    assert (alone.turns, alone.open, alone.progress) == (talk.turns, talk.open, talk.progress)


def does_what_it_said(before: Conversation, after: Conversation, edit: Edit) -> None:
    """Check the warning that Companion shows before somebody changes an answer.

    Check that every answer named in the warning really was removed or restored, as the warning said.
    """
    was, now = ids(before.turns), ids(after.turns)
    left = ids(edit.leaving)
    assert set(left) <= set(was) and not set(left) & set(now)
    assert set(ids(edit.returning)) <= set(now) and not set(ids(edit.returning)) & set(was)
    gone = {name for name in was if edit.moving.get(name, name) not in now}
    assert set(left) <= gone
    if after.open is None:
        assert set(left) == gone, "nothing can come any more"
    moved = set(edit.moving.values())
    came = [name for name in now if name not in was and name not in moved]
    assert set(ids(edit.returning)) <= set(came) and len(set(came) - set(ids(edit.returning))) <= 1


def ids(turns: list[Turn] | tuple[Turn, ...]) -> list[str]:
    return [turn.prompt.id for turn in turns]


def saved(answers: Answers, edit: Edit, name: str, said: Given) -> Answers:
    """Return the answers after a change is saved. Saving a change replaces only the changed answer."""
    copied = carried(edit.moving, answers)
    assert not copied.keys() & answers.keys()
    return {**answers, name: said, **copied}


def says(draw: some.DrawFn, asked: AskedPrompt) -> Given:
    """Generate an answer to a question. The answer may be *not sure yet* or *rather talk about it*."""
    prompt = asked.prompt
    way = draw(some.sampled_from(("answered", "answered", "answered", "not_sure", "talk")), label=prompt.id)
    if way != "answered":
        return Given(way, None, 1, NOON)
    before = asked.given if isinstance(asked, Turn) and asked.given.way == "answered" else None
    return Given(way, prompt.parse(draw(changes(prompt, before.value) if before else forms(prompt))), 1, NOON)


@some.composite
def walked(draw: some.DrawFn) -> tuple[Activity, Answers]:
    """Generate an activity, and answers to some of the activity's prompts."""
    activity, answers = draw(activities()), {}
    for _ in range(draw(some.integers(1, 10), label="acts")):
        answers = acted(draw, Conversation(activity, answers), answers)
    return activity, answers


def acted(draw: some.DrawFn, talk: Conversation, answers: Answers) -> Answers:
    """Answer the next unanswered question or change an earlier answer, and return all answers."""
    asked = draw(some.sampled_from([*([talk.open] * 3 if talk.open else []), *talk.turns]), label="asked")
    said = says(draw, asked)
    return saved(answers, talk.edit(asked.prompt.id, said), asked.prompt.id, said)
