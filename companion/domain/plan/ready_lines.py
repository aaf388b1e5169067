"""Offer lines for the plan in the participant's own words.

The lines are submitted answers to questions that the activity's author marked for a part of the plan.
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
"""The maximum number of lines that are offered at once. With more lines, it would be hard to choose."""


@dataclass(frozen=True)
class ReadyLine:
    """One line that is offered for the plan. ``value`` identifies the line in a form."""

    row: Row
    source: Source
    place: int

    @property
    def value(self) -> str:
        """The line's value in a form. The value is always the same for the same answer."""
        return f"{self.source.work_id}/{self.source.prompt_id}/{self.place}"


def marked(prompts: Sequence[Prompt], part_id: str) -> list[Prompt]:
    """Return the questions that are marked for this part. Leave out questions that are asked for each item of
    a list.
    """
    return [each for each in prompts if each.plan == part_id and not each.for_each]


def lines_of(
    asked: Ask, work_id: UUID, prompts: Sequence[Prompt], said: Mapping[str, Given], there: Sequence[Item]
) -> Iterator[ReadyLine]:
    """Yield the lines that one piece of work's answers offer for this plan question.

    Lines that are already in the plan are left out.
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
