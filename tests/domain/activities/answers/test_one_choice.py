from hypothesis import strategies as some

from tests.domain.activities.answers.by_chance import fields, one, options
from tests.domain.activities.answers.kinds import OPTIONS, prompt, refuses
from tests.domain.activities.answers.samples import NOT_OFFERED, NOTHING_CHOSEN, Sample

SAMPLE = Sample(
    "one_choice",
    said=("The river",),
    forms=lambda prompt: fields(answer=one(some.sampled_from(prompt.offers()))),
    settings_by_chance=options(),
    empty=NOTHING_CHOSEN,
    wrong=NOT_OFFERED,
    own_words=False,
)


def test_only_an_offered_option_can_be_chosen() -> None:
    question = prompt("one_choice", options=OPTIONS)
    assert question.parse({"answer": ["b"]}) == "b"
    assert question.chosen("b") == {"b"}
    assert refuses(question, {"answer": ["z"]})["key"] == "not_offered"
    assert refuses(question, {})["key"] == "nothing_chosen"


def test_a_single_choice_needs_at_least_two_different_options() -> None:
    assert prompt("one_choice", options=OPTIONS[:1]).faults() == ["too_few_options"]
    assert prompt("one_choice", options=[OPTIONS[0], OPTIONS[0]]).faults() == ["option_twice"]
