from hypothesis import strategies as some

from companion.domain.activities.answers import Prompt
from companion.domain.activities.answers.several_choices import SeveralChoices
from tests.domain.activities.answers.by_chance import fields, options
from tests.domain.activities.answers.kinds import OPTIONS, prompt, refuses
from tests.domain.activities.answers.samples import NOT_OFFERED, NOTHING_CHOSEN, Sample


def together(prompt: Prompt) -> list[str]:
    """Return the ids of the options that participants can combine."""
    assert isinstance(prompt, SeveralChoices)
    return [each.id for each in prompt.options if not each.alone]


SAMPLE = Sample(
    "several_choices",
    said=("The park", "The river"),
    forms=lambda prompt: fields(
        answer=some.lists(some.sampled_from(together(prompt)), min_size=1, max_size=4, unique=True)
    ),
    settings_by_chance=options(),
    values=lambda prompt: [*([each] for each in prompt.offers()), together(prompt)],
    empty=NOTHING_CHOSEN,
    wrong=NOT_OFFERED,
    own_words=False,
)


def test_chosen_options_are_stored_in_the_order_offered() -> None:
    question = prompt("several_choices", options=OPTIONS)
    assert question.parse({"answer": ["c", "a", "c"]}) == ["a", "c"]
    assert question.chosen(["a", "c"]) == {"a", "c"}
    assert question.number(["a", "c"]) == 2


def test_only_offered_options_can_be_chosen() -> None:
    question = prompt("several_choices", options=OPTIONS)
    assert refuses(question, {"answer": ["a", "z"]})["key"] == "not_offered"
    assert refuses(question, {"answer": []})["key"] == "nothing_chosen"


def test_an_option_that_excludes_others_must_be_chosen_alone() -> None:
    none = {"id": "none", "label": "None of these yet", "alone": True}
    question = prompt("several_choices", options=[*OPTIONS, none])
    assert question.parse({"answer": ["none"]}) == ["none"]
    assert question.parse({"answer": ["a", "c"]}) == ["a", "c"]
    refused = refuses(question, {"answer": ["a", "none"]})
    assert refused["key"] == "several_choices.alone" and refused["label"] == "None of these yet"
