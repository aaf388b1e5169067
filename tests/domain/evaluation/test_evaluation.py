"""Test the evaluation's questions and answers, and the data stored about a batch of evaluations."""

import random
from importlib.resources import files

import pytest

from companion.content import evaluation_questions
from companion.domain.evaluation import editing
from companion.domain.evaluation.evaluation import (
    BadQuestions,
    Evaluation,
    Question,
    QuestionKind,
    Questions,
    batched,
    in_order,
    read_questions,
    summed,
)
from companion.domain.refusals import Rejected

CLEAR = Question(
    id="clear", kind=QuestionKind.SCALE, ask="Was it clear?", low_label="Never", high_label="Always"
)
BETTER = Question(id="better", kind=QuestionKind.TEXT, ask="What could be better?")
BOTH = Questions(format=1, questions=(CLEAR, BETTER))
WORDS = ("Was it easy?", "Hard", "Easy")


def shuffled(texts: list[str]) -> None:
    random.Random(1).shuffle(texts)


def says(*answers: int | str | None, questions: Questions = BOTH) -> Evaluation:
    asked = questions.asked
    return Evaluation(
        asked, {each.id: said for each, said in zip(asked, answers, strict=True) if said is not None}
    )


FIVE = [says(1, "More time"), says(5, None), says(5, "Better chairs"), says(None, "Tea"), says(2, None)]


def refused(act: object, *args: object, **more: object) -> list[tuple[str, str]]:
    assert callable(act)
    with pytest.raises(Rejected) as rejected:
        act(*args, **more)
    return [(problem.key, problem.field) for problem in rejected.value.problems]


def test_an_evaluation_needs_only_one_answer() -> None:
    form = {"answer-clear": ["4"], "answer-better": [" Better chairs\r\nand tea "]}
    assert Evaluation.typed(BOTH, form).answers == {"clear": 4, "better": "Better chairs\nand tea"}
    for empty in ({}, {"answer-clear": ["none"], "answer-better": ["  "]}):
        nothing = Evaluation.typed(BOTH, empty)
        assert nothing.answers == {}
        assert refused(nothing.require_something) == [("nothing_said", "")]


@pytest.mark.parametrize("wrong", ["0", "6", "²", "4.0", "soon", "\x00"])
def test_all_invalid_answers_in_an_evaluation_are_reported_together(wrong: str) -> None:
    form = {"answer-clear": [wrong], "answer-better": ["x" * 2001]}
    assert refused(Evaluation.typed, BOTH, form) == [
        ("not_offered", "answer-clear"),
        ("too_long", "answer-better"),
    ]


def test_everybody_in_a_batch_of_evaluations_is_counted_once_for_each_question() -> None:
    batch = batched(FIVE, shuffled)
    (table,) = batch.tables
    assert (batch.people, table.people, table.counts) == (5, 5, (1, 1, 0, 0, 2, 1))
    assert table.rows[-1] == (None, 1)
    (texts,) = batch.texts
    assert sorted(texts.texts) == ["Better chairs", "More time", "Tea"]


def test_a_batch_of_fewer_than_five_evaluations_is_refused() -> None:
    with pytest.raises(ValueError, match="too few"):
        batched(FIVE[:4], shuffled)


def test_written_evaluation_answers_that_are_released_together_are_in_random_order() -> None:
    orders = {
        batched(FIVE, lambda texts, seed=seed: random.Random(seed).shuffle(texts)).texts for seed in range(20)
    }
    assert len(orders) == 6
    assert batched(FIVE[::-1], shuffled) == batched(FIVE, shuffled)


def test_a_batch_of_evaluations_leaves_out_questions_that_some_people_were_not_asked() -> None:
    reworded = editing.changed(BOTH, editing.worded(CLEAR, WORDS))
    mixed = batched([*FIVE[:4], says(3, "Tea", questions=reworded)], shuffled)
    assert (mixed.tables, [each.question for each in mixed.texts]) == ((), [BETTER])


def test_evaluation_answers_are_added_up_only_if_the_questions_wording_was_the_same() -> None:
    reworded = editing.changed(BOTH, editing.worded(CLEAR, WORDS))
    later = batched([says(3, None, questions=reworded)] * 5, shuffled)
    first = batched(FIVE, shuffled)
    tables = summed([later, first, first], reworded.asked)
    assert [(table.question.ask, table.people) for table in tables] == [
        ("Was it easy?", 5),
        ("Was it clear?", 10),
    ]
    assert in_order([BETTER, CLEAR], []) == [CLEAR, BETTER]


def test_evaluation_questions_can_be_retired_and_brought_back() -> None:
    more = editing.added(BOTH, "easy", "scale", WORDS)
    assert [each.id for each in more.asked] == ["clear", "better", "easy"]
    assert [each.id for each in editing.moved(more, CLEAR, "down").asked] == ["better", "clear", "easy"]
    assert editing.moved(more, CLEAR, "up") == more
    gone = editing.retired(more, CLEAR, retired=True)
    assert [each.id for each in gone.asked] == ["better", "easy"]
    back = gone.question("clear")
    assert back and editing.retired(gone, back, retired=False) == more
    assert editing.worded(BETTER, ("What else?", "ignored", "")).low_label == ""


def test_invalid_changes_to_evaluation_questions_are_refused() -> None:
    alone = Questions(format=1, questions=(CLEAR,))
    assert refused(editing.retired, alone, CLEAR, retired=True) == [("question_needed", "")]
    assert refused(editing.moved, BOTH, CLEAR, "away") == [("not_offered", "")]
    assert refused(editing.added, BOTH, "new", "party", WORDS) == [("not_offered", "kind")]
    assert refused(editing.worded, CLEAR, ("", " ", "x" * 61)) == [
        ("empty", "ask"),
        ("empty", "low_label"),
        ("too_long", "high_label"),
    ]
    many = BOTH
    for number in range(18):
        many = editing.added(many, f"more-{number}", "text", ("What else?", "", ""))
    assert refused(editing.added, many, "one-more", "text", ("What else?", "", "")) == [("too_many", "")]


def test_a_lead_is_warned_of_unsuitable_evaluation_questions() -> None:
    assert editing.look_again(BOTH) == {}
    asks = editing.added(BOTH, "who", "text", ("What is your name?", "", ""))
    assert [finding.key for finding in editing.look_again(asks)["who"]] == ["asks_about"]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff",
        b"format = 1\nquestions = []",
        b'format = 1\n[[questions]]\nid = "a"\nkind = "scale"\nask = "A?"\nlow_label = "No"',
        b'format = 1\n[[questions]]\nid = "a"\nkind = "text"\nask = "A?"\nlow_label = "No"\nhigh_label = "Yes"',
        b'format = 1\n[[questions]]\nid = "a"\nkind = "text"\nask = "A?"\nretired = true',
        b'format = 1\n[[questions]]\nid = "a"\nkind = "text"\nask = "A?"\n' * 2,
    ],
)
def test_a_file_without_valid_evaluation_questions_is_refused(data: bytes) -> None:
    with pytest.raises(BadQuestions):
        read_questions(data)


def test_two_evaluation_questions_cannot_have_the_same_id() -> None:
    one = b'\n[[questions]]\nid = "a"\nkind = "text"\nask = "A?"\n'
    assert len(read_questions(b"format = 1" + one).asked) == 1
    with pytest.raises(BadQuestions, match="same id"):
        read_questions(b"format = 1" + one * 2)


def test_the_shipped_evaluation_questions_cause_no_warning() -> None:
    shipped, file = evaluation_questions(), files("companion.content") / "evaluation.toml"
    assert file.read_text().startswith("# starter text, to be approved by the service's clinical lead\n")
    assert editing.look_again(shipped) == {}
    assert {question.kind for question in shipped.asked} == set(QuestionKind)
