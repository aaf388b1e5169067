"""Test that nobody can be identified by subtracting the numbers on evaluation pages.

The attacker in these tests keeps every version of the evaluation page, and doesn't know anybody's answers.
The tests don't cover somebody who knows four of the five evaluations in a batch, and so can work out the
fifth.
"""

import random
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from companion.domain.evaluation.evaluation import (
    BATCH,
    Batch,
    Evaluation,
    Question,
    QuestionKind,
    batched,
    summed,
)
from tests.domain.attacker import Numbers, Pages, seen_by

SCALES = tuple(
    Question(id=name, kind=QuestionKind.SCALE, ask=f"{name}?", low_label="Low", high_label="High")
    for name in ("clear", "useful")
)
TEXT = Question(id="better", kind=QuestionKind.TEXT, ask="What could be better?")
ASKED = (*SCALES, TEXT)
SILENT = Evaluation(ASKED, {})

answers = st.fixed_dictionaries(
    {}, optional={**{each.id: st.integers(1, 5) for each in SCALES}, TEXT.id: st.sampled_from("abcdef")}
)
evaluations = st.lists(st.builds(Evaluation, st.just(ASKED), answers), max_size=17)


def batches(arriving: Iterable[Evaluation]) -> Iterator[list[Batch]]:
    """Add one evaluation at a time.

    After each evaluation, yield all batches that exist. Every five evaluations that arrive become one batch.
    """
    made: list[Batch] = []
    waiting: list[Evaluation] = []
    yield list(made)
    for number, each in enumerate(arriving):
        waiting.append(each)
        if len(waiting) == BATCH:
            made.insert(0, batched(waiting, random.Random(number).shuffle))
            waiting = []
        yield list(made)


def numbers(made: Sequence[Batch]) -> Numbers:
    """Return every number on the lead's page, and how often each written answer occurs in each batch."""
    found: Counter[str] = Counter()
    for table in summed(made, ASKED):
        found.update({f"{table.question.id}: {step}": count for step, count in table.rows})
        found[f"{table.question.id}: people"] = table.people
    for place, batch in enumerate(reversed(made)):
        found.update(f"{each.question.id} {place}: {text}" for each in batch.texts for text in each.texts)
    return found


def shown(people: Sequence[object]) -> Pages:
    return [numbers(made) for made in batches(each for each in people if isinstance(each, Evaluation))]


def says(_: int) -> Iterator[tuple[Hashable, Evaluation]]:
    for question in SCALES:
        yield question.id, Evaluation(ASKED, {question.id: 4})
    yield TEXT.id, Evaluation(ASKED, {TEXT.id: "a word of one person"})


@settings(max_examples=20)
@given(st.integers(0, 19))
def test_nobody_can_be_identified_from_all_evaluation_pages_ever_shown(many: int) -> None:
    assert seen_by(shown, [SILENT] * many, says) is None


def shown_at_once(people: Sequence[object]) -> Pages:
    """Return what the evaluation pages would show if they included every new evaluation immediately."""
    pages: list[Numbers] = []
    for many in range(len(people) + 1):
        so_far = [each for each in people[:many] if isinstance(each, Evaluation)]
        counted = Counter(each.answers.get("clear") for each in so_far)
        pages.append({f"clear: {step}": count for step, count in counted.items()})
    return pages


def shown_from_five_on(people: Sequence[object]) -> Pages:
    """Imitate a faulty version that shows no figures before the fifth evaluation, but then updates them after
    every evaluation.
    """
    return [page if sum(page.values()) >= BATCH else {} for page in shown_at_once(people)]


def test_an_attacker_could_identify_people_if_evaluations_were_not_shown_in_batches() -> None:
    assert seen_by(shown_at_once, [SILENT] * 3, says) == {0}
    assert seen_by(shown_from_five_on, [SILENT] * 5, says) is None
    found = seen_by(shown_from_five_on, [SILENT] * 7, says)
    assert found and len(found) == 1


@given(evaluations)
def test_evaluation_pages_change_only_after_every_fifth_evaluation(arriving: list[Evaluation]) -> None:
    before: list[Batch] = []
    for made in batches(arriving):
        if made != before:
            assert made[1:] == before and made[0].people >= BATCH
            assert all(table.people >= BATCH for table in made[0].tables)
        before = made


@given(evaluations, st.randoms(use_true_random=False))
def test_evaluation_pages_stay_the_same_if_people_in_one_batch_swap_their_answers(
    arriving: list[Evaluation], chance: random.Random
) -> None:
    """Within a batch of five, shuffle each question's answers among the five people."""
    mixed = list(arriving)
    for start in range(0, len(arriving) - len(arriving) % BATCH, BATCH):
        five = arriving[start : start + BATCH]
        columns = {each.id: chance.sample([e.answers.get(each.id) for e in five], BATCH) for each in ASKED}
        for place in range(BATCH):
            said = {name: column[place] for name, column in columns.items()}
            mixed[start + place] = Evaluation(ASKED, {k: v for k, v in said.items() if v is not None})
    assert list(batches(mixed)) == list(batches(arriving))
