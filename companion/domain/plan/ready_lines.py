"""Offer the participant's own answers as lines for the plan.

An activity's author marks the questions whose answers can go into the plan.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from companion.domain.activities.answers import Prompt
from companion.domain.activities.conversation import Given
from companion.domain.plan.guided import Ask
from companion.domain.plan.plan import From, Item, PlanEntry, Source
from companion.domain.plan.suggested_words import Row, rows_of_answer
from companion.domain.refusals import Rejected

MOST = 4
"""A page offers a participant at most this number of ready-made lines at a time."""


@dataclass(frozen=True)
class ReadyLine:
    """A line that is offered for the plan."""

    row: Row
    source: Source
    place: int

    @property
    def value(self) -> str:
        """The form value that identifies this ready-made line."""
        return f"{self.source.work_id}/{self.source.prompt_id}/{self.place}"


def marked(prompts: Sequence[Prompt], part_id: str) -> list[Prompt]:
    """Return the questions that an author marked for this part of the plan. Leave out questions that are
    repeated for each item of a list.
    """
    return [each for each in prompts if each.plan == part_id and not each.for_each]


def lines_of(
    asked: Ask, work_id: UUID, prompts: Sequence[Prompt], said: Mapping[str, Given], there: Sequence[Item]
) -> Iterator[ReadyLine]:
    """Yield lines for the plan from the answers in a piece of work.

    Leave out lines that are already in the plan, and lines that aren't valid items for this part of the plan.
    """
    taken = {(item.entry.words, item.entry.more) for item in there}
    for prompt in marked(prompts, asked.part.id):
        given = said.get(prompt.id)
        if given is None or given.way != "answered":
            continue
        for place, row in enumerate(rows_of_answer(asked.part, prompt, given.value)):
            if row not in taken and _fits(asked, row):
                yield ReadyLine(row, Source(From.ANSWER, work_id, prompt.id), place)


def _fits(asked: Ask, row: Row) -> bool:
    try:
        PlanEntry.typed(asked.part, *row, asked.stage or "")
    except Rejected:
        return False
    return True
