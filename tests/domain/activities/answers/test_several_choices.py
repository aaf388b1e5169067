from hypothesis import strategies as some

from tests.domain.activities.answers.by_chance import fields, options
from tests.domain.activities.answers.kinds import OPTIONS, prompt, refuses
from tests.domain.activities.answers.samples import NOT_OFFERED, NOTHING_CHOSEN, Sample

SAMPLE = Sample(
    "several_choices",
    said=("The park", "The river"),
    forms=lambda prompt: fields(
        answer=some.lists(some.sampled_from(prompt.offers()), min_size=1, max_size=4, unique=True)
    ),
    settings_by_chance=options(),
    values=lambda prompt: [*([each] for each in prompt.offers()), [*prompt.offers()]],
    empty=NOTHING_CHOSEN,
    wrong=NOT_OFFERED,
    own_words=False,
)


def test_choices_stand_in_the_order_offered() -> None:
    question = prompt("several_choices", options=OPTIONS)
    assert question.parse({"answer": ["c", "a", "c"]}) == ["a", "c"]
    assert question.chosen(["a", "c"]) == {"a", "c"}
    assert question.number(["a", "c"]) == 2


def test_only_what_is_offered_can_be_chosen() -> None:
    question = prompt("several_choices", options=OPTIONS)
    assert refuses(question, {"answer": ["a", "z"]})["key"] == "not_offered"
    assert refuses(question, {"answer": []})["key"] == "nothing_chosen"
