"""The evaluation: what a participant says about the programme at its end, and what a batch keeps of it.

A batch is made of at least ``BATCH`` evaluations at once. Of each question it keeps how often each answer was
given, or the texts in an order that says nothing. So nothing that is shown is about fewer people than that.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Final, Literal

import msgspec

from companion.domain.authored import Authored, Id
from companion.domain.enrolments.pathway import PathwayState
from companion.domain.forms import Form, first
from companion.domain.refusals import Problem, Rejected
from companion.domain.text import clean

BATCH = 5
"""How many completed evaluations become figures together (issue: figures move on only in batches of five)."""
STEPS: Final = range(1, 6)
"""What can be chosen on a scale."""
TEXT_MOST = 2000
QUESTIONS_MOST = 20
ASK_MOST, LABEL_MOST = 300, 60
OFFERED_IN: Final = frozenset(
    {PathwayState.COMPLETED, PathwayState.ENDED_EARLY, PathwayState.REVIEWS, PathwayState.CLOSED}
)
"""Where somebody stands who may say how the programme was for him."""
NOT_SAID = "none"
"""What a form sends for *I'd rather not say*. Nothing chosen means the same."""


class BadQuestions(Exception):
    """The file does not describe an evaluation. The message says where and why."""


class QuestionKind(StrEnum):
    """How a question is answered."""

    SCALE = "scale"
    TEXT = "text"


class Question(Authored, frozen=True, kw_only=True):
    """One question about the programme. Its answers are counted together as long as its words stay the same."""

    id: Id
    kind: QuestionKind
    ask: Annotated[str, msgspec.Meta(min_length=1, max_length=ASK_MOST)]
    low_label: Annotated[str, msgspec.Meta(max_length=LABEL_MOST)] = ""
    high_label: Annotated[str, msgspec.Meta(max_length=LABEL_MOST)] = ""
    retired: bool = False

    def __post_init__(self) -> None:
        if bool(self.low_label and self.high_label) != (self.kind is QuestionKind.SCALE):
            raise ValueError(f"the question {self.id}: a scale has words at both ends, a text has none")

    @property
    def field(self) -> str:
        """The name of its field in a form."""
        return f"answer-{self.id}"


class Questions(Authored, frozen=True, kw_only=True):
    """All questions of one version, in the order in which they are asked."""

    format: Literal[1]
    questions: Annotated[tuple[Question, ...], msgspec.Meta(min_length=1, max_length=QUESTIONS_MOST)]

    def __post_init__(self) -> None:
        ids = [question.id for question in self.questions]
        if len(set(ids)) < len(ids):
            raise ValueError("two questions have the same id")
        if not self.asked:
            raise ValueError("no question is asked")

    @property
    def asked(self) -> tuple[Question, ...]:
        """Those that are in use."""
        return tuple(question for question in self.questions if not question.retired)

    def question(self, question_id: str) -> Question | None:
        """The question of this id, retired or not."""
        return next((question for question in self.questions if question.id == question_id), None)

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of the fields of its form."""
        return tuple(question.field for question in self.asked)


def read_questions(data: bytes) -> Questions:
    """The questions in a TOML file. Raises ``BadQuestions``."""
    try:
        return msgspec.toml.decode(data, type=Questions)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadQuestions(str(error)) from error


@dataclass(frozen=True)
class Evaluation:
    """What one person said: the questions that he was asked, and his answers by their ids. He need not answer any."""

    asked: tuple[Question, ...]
    answers: Mapping[str, int | str]

    @classmethod
    def typed(cls, questions: Questions, form: Form) -> "Evaluation":
        """Raises ``Rejected`` with everything that is to be mended."""
        problems: list[Problem] = []
        answers: dict[str, int | str] = {}
        for question in questions.asked:
            try:
                said = _said(question, first(form, question.field))
            except Rejected as rejected:
                problems += rejected.problems
            else:
                if said is not None:
                    answers[question.id] = said
        if problems:
            raise Rejected(*problems)
        return cls(questions.asked, answers)

    def require_something(self) -> None:
        """Raises ``Rejected`` where nothing at all was said."""
        if not self.answers:
            raise Rejected(Problem("nothing_said"))


def _said(question: Question, text: str) -> int | str | None:
    if question.kind is QuestionKind.TEXT:
        return clean(text, TEXT_MOST, question.field, required=False) or None
    if text.strip() in ("", NOT_SAID):
        return None
    if text not in map(str, STEPS):
        raise Rejected(Problem("not_offered", field=question.field))
    return int(text)


@dataclass(frozen=True)
class Table:
    """How often each answer of a scale was given; the last count is of those who would rather not say.

    Everybody is counted once, so that the counts of a batch always cover all of its people.
    """

    question: Question
    counts: tuple[int, ...]

    @property
    def people(self) -> int:
        """How many people it is about."""
        return sum(self.counts)

    @property
    def rows(self) -> list[tuple[int | None, int]]:
        """Each step with its count; None for those who would rather not say."""
        return list(zip((*STEPS, None), self.counts, strict=True))


@dataclass(frozen=True)
class Texts:
    """What was written to a question, in an order that says nothing."""

    question: Question
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Batch:
    """What is kept of several evaluations at once: nothing in it belongs to one of them."""

    people: int
    tables: tuple[Table, ...]
    texts: tuple[Texts, ...]


def batched(evaluations: Sequence[Evaluation], shuffle: Callable[[list[str]], None]) -> Batch:
    """The batch of these evaluations. A question counts in it only if everybody was asked it in the same words.

    Texts are sorted and then shuffled, each question for itself: where they stand depends on the texts and on
    chance alone, never on who wrote them or when. Raises ``ValueError`` for too few.
    """
    if len(evaluations) < BATCH:
        raise ValueError(f"{len(evaluations)} evaluations are too few for a batch")
    tables, texts = [], []
    asked_of_all = set(evaluations[0].asked).intersection(*(each.asked for each in evaluations))
    for question in sorted(asked_of_all, key=lambda question: question.id):
        said = [each.answers.get(question.id) for each in evaluations]
        if question.kind is QuestionKind.SCALE:
            counted = Counter(said)
            tables.append(Table(question, tuple(counted[step] for step in (*STEPS, None))))
        else:
            written = sorted(text for text in said if isinstance(text, str))
            shuffle(written)
            texts.append(Texts(question, tuple(written)))
    return Batch(len(evaluations), tuple(tables), tuple(texts))


def summed(batches: Iterable[Batch], order: Sequence[Question]) -> list[Table]:
    """The tables over all batches: one for each question in the words that it had.

    Those that are asked now come first, in their ``order``.
    """
    found: dict[Question, tuple[int, ...]] = {}
    for table in (table for batch in batches for table in batch.tables):
        before = found.get(table.question, (0,) * len(table.counts))
        found[table.question] = tuple(map(sum, zip(before, table.counts, strict=True)))
    return [Table(question, found[question]) for question in in_order(found, order)]


def in_order(questions: Iterable[Question], order: Sequence[Question]) -> list[Question]:
    """These questions: those of the ``order`` first, then the others by their words."""
    place = {question: number for number, question in enumerate(order)}
    return sorted(questions, key=lambda each: (place.get(each, len(place)), each.ask, each.id))
