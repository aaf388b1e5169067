"""An activity as printed sheets: its questions with their numbers, and the order to follow."""

from collections.abc import Iterator
from dataclasses import dataclass

from companion.domain.activities.activity import Activity
from companion.domain.activities.answers import Condition, Prompt
from companion.domain.activities.layout import AGAIN, Layout, Part

COPIES = 3
"""Most copies printed of a part that repeats for each item of a list; after that, use another sheet."""


@dataclass(frozen=True)
class Lead:
    """Where an answer leads: the question with this number, or None for the end.

    ``again`` means the part's next item. ``about`` is the question whose answer decides, ``number`` its number if it
    is a different one; without a ``condition``, it applies to all other answers.
    """

    condition: Condition | None
    about: Prompt
    number: int | None
    to: int | None
    again: bool


@dataclass(frozen=True)
class Question:
    """A question on paper. In a part, ``copy`` counts the items from 1, and ``of`` is the list's number."""

    number: int
    prompt: Prompt
    leads: tuple[Lead, ...]
    recalls: int | None
    """The number of the question whose answer he looks back at."""
    copy: int
    of: int | None
    part: tuple[int, int] | None
    """The numbers of the part's first and last questions, if a part begins here."""


def questions(activity: Activity) -> list[Question]:
    """Return the questions in the order printed."""
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
    """Yield directions for where to continue; nothing if that is simply the next question."""
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
