"""Turn an activity into printed sheets. A numbered question with branches says which question comes next."""

from collections.abc import Iterator
from dataclasses import dataclass

from companion.domain.activities.activity import Activity
from companion.domain.activities.answers import Condition, Prompt
from companion.domain.activities.layout import AGAIN, Layout, Part

COPIES = 3
"""Print each repeated question for at most this many list items."""


@dataclass(frozen=True)
class Lead:
    """A printed instruction that says which question to go to after an answer.

    ``to`` is the next question's number, or None for the end. ``again`` is True if the instruction leads
    back to the first repeated question, for the next list item. ``about`` is the question on which the
    instruction depends. The instruction is for participants whose answer to that question meets
    ``condition``. ``number`` is the number of the question in ``about``, or None if that is the question just
    answered. An instruction without a ``condition`` applies to all answers that no other instruction covers.
    """

    condition: Condition | None
    about: Prompt
    number: int | None
    to: int | None
    again: bool


@dataclass(frozen=True)
class Question:
    """A printed question.

    For repeated questions, ``copy`` is the list item's number, and ``of`` is the number of the question that
    the list comes from.
    """

    number: int
    prompt: Prompt
    leads: tuple[Lead, ...]
    recalls: int | None
    """The number of the earlier question that the sheet refers back to, or None."""
    copy: int
    of: int | None
    part: tuple[int, int] | None
    """If a repeated group starts here, its first and last question numbers; otherwise None."""


def questions(activity: Activity) -> list[Question]:
    """Return the questions in print order."""
    layout = Layout(activity.prompts)
    found: list[Question] = []
    place = 0
    while place < layout.end:
        part = layout.part(place)
        if part is None:
            found.append(_question(layout, place, 0, None))
            place += 1
            continue
        items = layout.prompts[layout.places[part.over]].most_items
        for copy in range(1, min(items, COPIES) + 1):
            found += [_question(layout, each, copy, part) for each in range(part.start, part.end)]
        place = part.end
    return found


def _question(layout: Layout, place: int, copy: int, part: Part | None) -> Question:
    prompt = layout.prompts[place]
    return Question(
        number=place + 1,
        prompt=prompt,
        leads=tuple(_leads(layout, place)),
        recalls=layout.places[prompt.recall] + 1 if prompt.recall else None,
        copy=copy,
        of=layout.places[part.over] + 1 if part else None,
        part=(part.start + 1, part.end) if part and part.start == place and copy == 1 else None,
    )


def _leads(layout: Layout, place: int) -> Iterator[Lead]:
    """Yield a question's printed directions."""
    prompt = layout.prompts[place]
    if not prompt.branches:
        return
    for branch in prompt.branches:
        always = branch.when == Condition()
        asked = layout.places[branch.when.prompt] if branch.when.prompt else place
        number = asked + 1 if asked != place else None
        yield _lead(layout, None if always else branch.when, asked, number, layout.target(branch, place))
        if always:
            return
    part = layout.part(place)
    yield _lead(layout, None, place, None, AGAIN if part and place + 1 == part.end else place + 1)


def _lead(layout: Layout, condition: Condition | None, asked: int, number: int | None, to: int) -> Lead:
    return Lead(condition, layout.prompts[asked], number, _number(layout, to), to == AGAIN)


def _number(layout: Layout, to: int) -> int | None:
    return to + 1 if 0 <= to < layout.end else None
