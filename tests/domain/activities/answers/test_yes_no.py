from hypothesis import strategies as some

from tests.domain.activities.answers.by_chance import fields, one
from tests.domain.activities.answers.kinds import prompt, refuses
from tests.domain.activities.answers.samples import NOT_OFFERED, NOTHING_CHOSEN, Sample

SAMPLE = Sample(
    "yes_no",
    said=("No",),
    forms=lambda prompt: fields(answer=one(some.sampled_from(prompt.offers()))),
    values=lambda prompt: ["yes", "no"],
    empty=NOTHING_CHOSEN,
    wrong=NOT_OFFERED,
    own_words=False,
)


def test_a_branch_can_depend_on_a_yes_no_answer() -> None:
    question = prompt("yes_no")
    assert [question.parse({"answer": [text]}) for text in ("yes", "no")] == ["yes", "no"]
    assert question.chosen("no") == {"no"}


def test_a_yes_no_question_accepts_only_yes_or_no() -> None:
    assert refuses(prompt("yes_no"), {})["key"] == "nothing_chosen"
    for other in ("Yes", "maybe", "true", "1"):
        assert refuses(prompt("yes_no"), {"answer": [other]})["key"] == "not_offered"
