"""Participants' evaluations of the programme, stored in batches.

A batch combines at least ``BATCH`` evaluations. For a question with a scale, a batch of evaluations stores
how many participants chose each answer. Written answers are stored in batches, each in random order. Staff
never see anything about fewer than ``BATCH`` people.
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
"""The minimum number of evaluations that Companion stores together in one batch."""
STEPS: Final = range(1, 6)
TEXT_MOST = 2000
QUESTIONS_MOST = 20
ASK_MOST, LABEL_MOST = 300, 60
OFFERED_IN: Final = frozenset(
    {PathwayState.COMPLETED, PathwayState.ENDED_EARLY, PathwayState.REVIEWS, PathwayState.CLOSED}
)
"""The pathway states in which a participant can give an evaluation."""
NOT_SAID = "none"
"""The form's value for *I'd rather not say*. A missing answer is treated as *I'd rather not say*."""


class BadQuestions(Exception):
    """Raised if a file of evaluation questions isn't valid. The message says where the error is and what is
    wrong.
    """


class QuestionKind(StrEnum):
    """The ways in which an evaluation question can be answered."""

    SCALE = "scale"
    TEXT = "text"


class Question(Authored, frozen=True, kw_only=True):
    """A question about the programme. Answers to a question's old and new wording are counted separately."""

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
        """The name of the question's form field."""
        return f"answer-{self.id}"


class Questions(Authored, frozen=True, kw_only=True):
    """All questions in a version of the evaluation, in order."""

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
        return tuple(question for question in self.questions if not question.retired)

    def question(self, question_id: str) -> Question | None:
        """Return the question with this id, retired or not, or None."""
        return next((question for question in self.questions if question.id == question_id), None)

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of the fields in the evaluation's form."""
        return tuple(question.field for question in self.asked)


def read_questions(data: bytes) -> Questions:
    """Parse the evaluation's questions from TOML, or raise ``BadQuestions`` if the file isn't valid."""
    try:
        return msgspec.toml.decode(data, type=Questions)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadQuestions(str(error)) from error


@dataclass(frozen=True)
class Evaluation:
    """A person's evaluation: the questions, and the answers keyed by question id.

    Answers are optional.
    """

    asked: tuple[Question, ...]
    answers: Mapping[str, int | str]

    @classmethod
    def typed(cls, questions: Questions, form: Form) -> "Evaluation":
        """Return the evaluation that a participant typed. Raise one ``Rejected`` that lists all the form's
        problems.
        """
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
        """Raise ``Rejected`` if every answer is empty."""
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
    """For each point of a scale, the number of people who chose that point. The last number in the list
    counts the people who chose *I'd rather not say*.
    """

    question: Question
    counts: tuple[int, ...]

    @property
    def people(self) -> int:
        return sum(self.counts)

    @property
    def rows(self) -> list[tuple[int | None, int]]:
        """The points of the scale, with the number of people who chose each point.

        The table's last row counts *I'd rather not say*; its key is None.
        """
        return list(zip((*STEPS, None), self.counts, strict=True))


@dataclass(frozen=True)
class Texts:
    """The written answers to a question, in random order."""

    question: Question
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Batch:
    """Several evaluations, stored together. Nobody can trace a batch's answers to a person."""

    people: int
    tables: tuple[Table, ...]
    texts: tuple[Texts, ...]


def batched(evaluations: Sequence[Evaluation], shuffle: Callable[[list[str]], None]) -> Batch:
    """Combine these evaluations into a batch. Include only the questions that everybody was asked in the same
    words.

    Written answers are in random order. Raise ``ValueError`` if there are fewer than ``BATCH`` evaluations.
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
    """Add up the answers from several batches of evaluations. Return a table of the answers for each wording
    of each question.

    Tables for the questions that are listed in ``order`` come first, and tables for all other questions
    follow.
    """
    found: dict[Question, tuple[int, ...]] = {}
    for table in (table for batch in batches for table in batch.tables):
        before = found.get(table.question, (0,) * len(table.counts))
        found[table.question] = tuple(map(sum, zip(before, table.counts, strict=True)))
    return [Table(question, found[question]) for question in in_order(found, order)]


def in_order(questions: Iterable[Question], order: Sequence[Question]) -> list[Question]:
    """Return these questions sorted: first those in ``order``, in that order, then all others by wording."""
    place = {question: number for number, question in enumerate(order)}
    return sorted(questions, key=lambda each: (place.get(each, len(place)), each.ask, each.id))
