import pytest
from hypothesis import strategies as some

from tests.domain.activities.answers.by_chance import fields, options
from tests.domain.activities.answers.kinds import OPTIONS, prompt, refuses
from tests.domain.activities.answers.samples import NOT_OFFERED, NOTHING_CHOSEN, Sample

SAMPLE = Sample(
    "ranking",
    said=("Another adult beside me", "A quiet path", "Dry weather"),
    forms=lambda prompt: fields(answer=some.permutations(prompt.offers())),
    settings_by_chance=options(),
    empty=NOTHING_CHOSEN,
    wrong=NOT_OFFERED,
    own_words=False,
)


def test_branches_after_a_ranking_depend_on_the_option_ranked_first() -> None:
    question = prompt("ranking", options=OPTIONS)
    assert question.parse({"answer": ["c", "a", "b"]}) == ["c", "a", "b"]
    assert question.chosen(["c", "a", "b"]) == {"c"}
    assert question.items(["c", "a", "b"]) == ["Three", "One", "Two"]


@pytest.mark.parametrize("places", [["c", "a"], ["c", "a", ""], ["", "a", "b"]])
def test_the_last_unranked_option_gets_the_remaining_rank(places: list[str]) -> None:
    (order,) = {tuple(prompt("ranking", options=OPTIONS).parse({"answer": places}))}
    assert order == ("c", "a", "b")


@pytest.mark.parametrize(
    ("places", "key", "row"),
    [
        (["c"], "ranking.place_empty", 2),
        (["", "", "a"], "ranking.place_empty", 1),
        (["c", "c", "a"], "ranking.twice", 2),
        (["c", "a", "c"], "ranking.twice", 3),
    ],
)
def test_a_missing_or_repeated_option_in_a_ranking_is_reported(places: list[str], key: str, row: int) -> None:
    assert refuses(prompt("ranking", options=OPTIONS), {"answer": places}) == {"key": key, "row": row}


def test_only_an_offered_option_can_be_ranked() -> None:
    question = prompt("ranking", options=OPTIONS)
    assert refuses(question, {"answer": ["a", "z", "b"]})["key"] == "not_offered"
    assert refuses(question, {"answer": ["a", "b", "c", "a"]})["key"] == "not_offered"
    assert refuses(question, {"answer": ["", "", ""]})["key"] == "nothing_chosen"
