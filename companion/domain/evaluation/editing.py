"""Functions for changing the evaluation's questions. Every change to the questions creates a new version of
the evaluation.
"""

from collections.abc import Iterable

import msgspec

from companion.domain.activities.activity import Activity, Finding
from companion.domain.activities.answers import Prompt
from companion.domain.activities.answers.long_text import LongText
from companion.domain.activities.answers.scale import Scale
from companion.domain.activities.readability import wording
from companion.domain.evaluation.evaluation import (
    ASK_MOST,
    LABEL_MOST,
    QUESTIONS_MOST,
    Question,
    QuestionKind,
    Questions,
)
from companion.domain.order import one_place
from companion.domain.refusals import Problem, Rejected
from companion.domain.text import clean_line

Typed = tuple[str, str, str]
"""A question as entered: its wording, and the labels for its scale's ends."""


def worded(question: Question, typed: Typed) -> Question:
    """Return the question with new wording, or raise ``Rejected`` if the wording isn't valid."""
    ask, low, high = _checked(question.kind, typed)
    return msgspec.structs.replace(question, ask=ask, low_label=low, high_label=high)


def changed(questions: Questions, question: Question) -> Questions:
    """Return the questions with ``question`` in place of the old question with the same id."""
    return _of(question if each.id == question.id else each for each in questions.questions)


def retired(questions: Questions, question: Question, *, retired: bool) -> Questions:
    """Retire a question or bring it back. Return all questions of the evaluation as they are after the
    change.

    Raise ``Rejected`` if the change would leave the evaluation without a question to ask.
    """
    if retired and questions.asked == (question,):
        raise Rejected(Problem("question_needed"))
    return changed(questions, msgspec.structs.replace(question, retired=retired))


def added(questions: Questions, new_id: str, kind: str, typed: Typed) -> Questions:
    """Return the questions with a new question at the end.

    Raise ``Rejected`` if the new question isn't valid or there are too many questions.
    """
    if kind not in set(QuestionKind):
        raise Rejected(Problem("not_offered", field="kind"))
    ask, low, high = _checked(QuestionKind(kind), typed)
    if len(questions.questions) >= QUESTIONS_MOST:
        raise Rejected(Problem("too_many", {"most": QUESTIONS_MOST, "many": QUESTIONS_MOST + 1}))
    new = Question(id=new_id, kind=QuestionKind(kind), ask=ask, low_label=low, high_label=high)
    return _of((*questions.questions, new))


def moved(questions: Questions, question: Question, to: str) -> Questions:
    """Move a question ``up`` or ``down`` by one position. Return all questions of the evaluation as they are
    after the change. Raise ``Rejected`` if ``to`` is neither ``up`` nor ``down``.
    """
    return _of(one_place(questions.questions, question, to))


def look_again(questions: Questions) -> dict[str, list[Finding]]:
    """Return warnings about forbidden words and hard-to-read wording, keyed by question id."""
    found: dict[str, list[Finding]] = {}
    for question in questions.asked:
        about = Activity(
            format=1,
            id="evaluation",
            title="Evaluation",
            minutes=1,
            introduction="Evaluation",
            prompts=(_prompt(question),),
        )
        if findings := list(wording(about)):
            found[question.id] = findings
    return found


def _prompt(question: Question) -> Prompt:
    if question.kind is QuestionKind.TEXT:
        return LongText(id="question", ask=question.ask)
    return Scale(
        id="question", ask=question.ask, low_label=question.low_label, high_label=question.high_label
    )


def _of(questions: Iterable[Question]) -> Questions:
    return Questions(format=1, questions=tuple(questions))


def _checked(kind: QuestionKind, typed: Typed) -> Typed:
    problems: list[Problem] = []
    texts: list[str] = []
    fields = (("ask", ASK_MOST), ("low_label", LABEL_MOST), ("high_label", LABEL_MOST))
    for (field, most), text in zip(fields, typed, strict=True):
        if kind is QuestionKind.TEXT and field != "ask":
            texts.append("")
            continue
        try:
            texts.append(clean_line(text, most, field))
        except Rejected as rejected:
            problems += rejected.problems
    if problems:
        raise Rejected(*problems)
    return texts[0], texts[1], texts[2]
