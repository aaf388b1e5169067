"""Find the differences between two versions of an activity."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import zip_longest
from typing import Any

from companion.domain.activities.activity import Activity
from companion.domain.activities.answers import Prompt
from companion.domain.activities.readability import labels


class Part(StrEnum):
    """A part of an activity or question that can differ between two versions."""

    TITLE = "title"
    INTRODUCTION = "introduction"
    FACTS = "facts"
    ASK = "ask"
    HELP = "help"
    KIND = "kind"
    LABELS = "labels"
    REPLIES = "replies"
    WAYS = "ways"
    REST = "rest"


@dataclass(frozen=True)
class Changed:
    """A changed part of a question, with its old and new wording."""

    part: Part
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class QuestionChange:
    """A question that was added, removed, moved or changed.

    ``number`` is the question's number in the new version. For a removed question, ``number`` is the
    question's number in the old version.
    """

    prompt: Prompt
    number: int
    new: bool = False
    gone: bool = False
    moved: bool = False
    parts: tuple[Changed, ...] = ()


@dataclass(frozen=True)
class Changes:
    """All the differences between two versions of an activity."""

    about: tuple[Changed, ...]
    questions: tuple[QuestionChange, ...]

    def __bool__(self) -> bool:
        return bool(self.about or self.questions)


def changes(before: Activity, after: Activity) -> Changes:
    """Return the differences between two versions of an activity. A question with the same id in both
    versions is treated as the same question.
    """
    return Changes(tuple(_about(before, after)), tuple(_questions(before, after)))


def _about(before: Activity, after: Activity) -> Iterator[Changed]:
    for part in (Part.TITLE, Part.INTRODUCTION):
        if (old := getattr(before, part)) != (new := getattr(after, part)):
            yield Changed(part, old, new)
    if _facts(before) != _facts(after):
        yield Changed(Part.FACTS)


def _facts(activity: Activity) -> tuple[Any, ...]:
    return (activity.topic, activity.minutes, activity.difficulty)


def _questions(before: Activity, after: Activity) -> Iterator[QuestionChange]:
    old = {prompt.id: prompt for prompt in before.prompts}
    now = {prompt.id for prompt in after.prompts}
    moved = _moved([each.id for each in before.prompts], [each.id for each in after.prompts])
    for number, prompt in enumerate(after.prompts, 1):
        parts = tuple(_parts(old[prompt.id], prompt)) if prompt.id in old else ()
        if prompt.id not in old or parts or prompt.id in moved:
            yield QuestionChange(
                prompt, number, new=prompt.id not in old, moved=prompt.id in moved, parts=parts
            )
    for number, prompt in enumerate(before.prompts, 1):
        if prompt.id not in now:
            yield QuestionChange(prompt, number, gone=True)


def _moved(before: Sequence[str], after: Sequence[str]) -> set[str]:
    """Of the ids that both lists contain, return those whose relative order changed."""
    old, new = [each for each in before if each in after], [each for each in after if each in before]
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    return set(old) - {each for block in blocks for each in old[block.a : block.a + block.size]}


def _parts(before: Prompt, after: Prompt) -> Iterator[Changed]:
    for part in (Part.ASK, Part.HELP):
        if (old := getattr(before, part)) != (new := getattr(after, part)):
            yield Changed(part, old, new)
    if before.__struct_config__.tag != after.__struct_config__.tag:
        yield Changed(Part.KIND)
    yield from _lines(Part.LABELS, labels(before), labels(after))
    says, says_now = ([each.say for each in prompt.replies] for prompt in (before, after))
    yield from _lines(Part.REPLIES, says, says_now)
    if before.branches != after.branches:
        yield Changed(Part.WAYS)
    if _rest(before, says == says_now) != _rest(after, says == says_now):
        yield Changed(Part.REST)


def _lines(part: Part, before: Sequence[str], after: Sequence[str]) -> Iterator[Changed]:
    """Yield each line that has been reworded, added or removed."""
    for tag, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag != "equal":
            pairs = zip_longest(before[i:j], after[k:m], fillvalue="")
            yield from (Changed(part, old, new) for old, new in pairs)


def _rest(prompt: Prompt, with_replies: bool) -> dict[str, Any]:
    """Return a prompt's settings without its wording.

    The replies are included only if ``with_replies`` is set.
    """
    said = {"ask", "help", "branches", "replies", "options", "measures"}
    names = [name for name in prompt.__struct_fields__ if name not in said and not name.endswith("_label")]
    rest = {name: getattr(prompt, name) for name in names}
    return rest | {"replies": prompt.replies if with_replies else ()}
