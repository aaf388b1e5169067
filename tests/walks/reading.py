"""A very simple calculation of which questions are asked, for comparison with Companion's.

The function ``read`` lists all the activity's questions and then removes those that branches skip. A question
about list items appears once for each item.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from companion.domain.activities.activity import Activity
from companion.domain.activities.answers import Condition, Prompt
from companion.domain.activities.conversation import AskedPrompt, Given
from companion.domain.activities.list_items import items_of


@dataclass(frozen=True)
class Question:
    """A question that may be asked, and the list item that the question is about."""

    number: int
    part: int
    prompt: Prompt
    item: int = 0
    key: str = ""
    words: str = ""

    def named(self, prompt_id: str) -> set[str]:
        """Return the ids under which an answer to the given prompt may be stored."""
        return {prompt_id, f"{prompt_id}.{self.key}"} if self.key else {prompt_id}

    @property
    def id(self) -> str:
        return f"{self.prompt.id}.{self.key}" if self.key else self.prompt.id

    @property
    def address(self) -> str:
        return f"{self.prompt.id}.{self.item}" if self.key else self.prompt.id


@dataclass(frozen=True)
class Step:
    """A question that was asked."""

    id: str
    address: str
    item: str
    because: tuple[str, Condition] | None
    recalled: str | None


def step(asked: AskedPrompt) -> Step:
    """Return a ``Step`` that describes a question that Companion asked."""
    because = asked.because and (asked.because.turn.prompt.id, asked.because.condition)
    recalled = asked.recalled.prompt.id if asked.recalled else None
    return Step(asked.prompt.id, asked.address, asked.item, because, recalled)


def read(activity: Activity, answers: Mapping[str, Given]) -> list[Step]:
    """Return the questions asked so far, including the current question, which isn't answered yet."""
    row = list(_row(activity, answers))
    path: list[Step] = []
    because = None
    while row:
        question = row.pop(0)
        asked = [each.id for each in path]
        known = [name for name in question.named(question.prompt.recall) if name in asked]
        recalled = next((name for name in known if answers[name].way == "answered"), None)
        path.append(Step(question.id, question.address, question.words, because, recalled))
        if question.id not in answers:
            break
        row, because = _strike_out(row, question, [*asked, question.id], activity, answers)
    return path


def _row(activity: Activity, answers: Mapping[str, Given]) -> Iterator[Question]:
    numbered = list(enumerate(activity.prompts))
    for part, (over, group) in enumerate(groupby(numbered, key=lambda each: each[1].for_each)):
        asked = list(group)
        listed = activity.prompt(over)
        if listed is None:
            yield from (Question(number, part, prompt) for number, prompt in asked)
            continue
        for count, item in enumerate(items_of(listed, answers[over].value) if over in answers else (), 1):
            yield from (
                Question(number, part, prompt, count, item.key, item.words) for number, prompt in asked
            )


def _strike_out(
    row: list[Question],
    question: Question,
    asked: list[str],
    activity: Activity,
    answers: Mapping[str, Given],
) -> tuple[list[Question], tuple[str, Condition] | None]:
    in_vain = set()
    for branch in question.prompt.branches:
        if branch.when == Condition():
            return _from(branch.to, row, question, activity), _otherwise(in_vain)
        name = branch.when.prompt or question.prompt.id
        for found in question.named(name) & set(asked):
            prompt = activity.prompt(name)
            if prompt and meets(branch.when, prompt, answers[found]):
                return _from(branch.to, row, question, activity), (found, branch.when)
            in_vain.add(found)
    return row, _otherwise(in_vain)


def _otherwise(in_vain: set[str]) -> tuple[str, Condition] | None:
    """Return the reason that Companion gives for the next question when no branch applies."""
    return (in_vain.pop(), Condition()) if len(in_vain) == 1 else None


def _from(to: str, row: list[Question], question: Question, activity: Activity) -> list[Question]:
    """Return the questions that may still be asked after a branch."""
    if to == "end":
        return []
    if to == "next":
        return [each for each in row if (each.part, each.key) != (question.part, question.key)]
    for start, each in enumerate(row):
        if each.prompt.id == to and (each.part, each.key) == (question.part, question.key):
            return row[start:]
    target = [prompt.id for prompt in activity.prompts].index(to)
    return [each for each in row if each.number >= target]


def meets(condition: Condition, prompt: Prompt, given: Given) -> bool:
    """Return whether an answer meets every part of a condition."""
    asks = [condition.way is None or given.way == condition.way]
    if condition.one_of or condition.at_least is not None or condition.at_most is not None:
        asks.append(given.way == "answered")
    if given.way == "answered" and condition.one_of:
        asks.append(any(each in condition.one_of for each in prompt.chosen(given.value)))
    number = prompt.number(given.value) if given.way == "answered" else None
    if number is not None:
        asks.append(condition.at_least is None or number >= condition.at_least)
        asks.append(condition.at_most is None or number <= condition.at_most)
    return all(asks)
