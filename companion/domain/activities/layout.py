"""An activity's structure: repeated parts, and the prompts that can follow each prompt."""

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from companion.domain.activities.answers import Branch, Condition, Prompt

END = "end"
"""The branch target that ends the conversation."""
NEXT = "next"
"""A branch with this target continues with the next list item and asks the repeated questions again."""
AGAIN = -1
"""Marks the end of a list item's questions: go back to the first one for the next item."""
MOST_ITEMS = 12
"""The guided conversation repeats a part for at most this many list items."""


@dataclass(frozen=True)
class Part:
    """Consecutive prompts that the guided conversation asks once for each item of a list. ``over`` is the id
    of the earlier prompt whose answer contains the list items.

    ``end`` is the position after the part's last prompt.
    """

    over: str
    start: int
    end: int


class Layout:
    """An activity's prompts, which are identified by their positions.

    In a draft, a branch may lead back to an earlier prompt. If a branch leads back to an earlier prompt,
    Companion ignores the branch and goes to the next prompt.
    """

    def __init__(self, prompts: Sequence[Prompt]) -> None:
        self.prompts = prompts
        self.end = len(prompts)
        self.places = {prompt.id: place for place, prompt in enumerate(prompts)} | {END: self.end}
        self.parts = list(_parts(prompts))
        self._part_at = {place: part for part in self.parts for place in range(part.start, part.end)}

    @functools.cached_property
    def offers(self) -> list[frozenset[str]]:
        """For each prompt, in the activity's order, the ids of the options that participants can choose."""
        return [frozenset(prompt.offers()) for prompt in self.prompts]

    def part(self, place: int) -> Part | None:
        """Return the repeated part at this position, or None."""
        return self._part_at.get(place)

    def led_to(self, place: int) -> set[int]:
        """Return every position that can come directly after the prompt at ``place``, including ``AGAIN`` if
        another list item can follow.
        """
        part = self.part(place)
        after = AGAIN if part and place + 1 == part.end else place + 1
        found = set()
        for branch in self.prompts[place].branches:
            found.add(self.target(branch, place))
            if branch.when == Condition():
                return found
        return found | {after}

    def target(self, branch: Branch, place: int) -> int:
        """Return the position to which this branch leads, or ``AGAIN`` for the next list item. ``place`` is
        the position of the prompt from which the branch starts.
        """
        part = self.part(place)
        if branch.to == NEXT and part:
            return AGAIN
        to = self.places.get(branch.to, 0)
        return to if to > place else AGAIN if part and place + 1 == part.end else place + 1

    def ways(self, place: int) -> set[int]:
        """Return every position that may follow ``place``.

        A repeated part is skipped if its list is empty. If the next prompt starts a repeated part, also
        return the position of the first prompt after that part.
        """
        part = self.part(place)
        ways = {part.end if part and way == AGAIN else way for way in self.led_to(place)}
        for way in sorted(ways):  # skip several empty parts in a row
            while (entered := self.part(way)) and entered != part:
                ways.add(way := entered.end)
        return ways

    def reached(self) -> set[int]:
        """Return the positions that a participant can reach, including the end of the activity."""
        reached = {0}
        for place in range(self.end):
            if place in reached:
                reached |= self.ways(place)
        return reached

    def asked_before(self) -> list[frozenset[str]]:
        """For each prompt, and for the conversation's end, return the ids of the prompts that every path to
        it asks first.
        """
        always: dict[int, frozenset[str]] = {0: frozenset()}
        for place, prompt in enumerate(self.prompts):
            if place in always:
                through = always[place] | {prompt.id}
                for way in self.ways(place):
                    always[way] = always[way] & through if way in always else through
        return [always.get(place, frozenset()) for place in range(self.end + 1)]


def _parts(prompts: Sequence[Prompt]) -> Iterator[Part]:
    start = 0
    for over, group in groupby(prompts, key=lambda prompt: prompt.for_each):
        end = start + len(list(group))
        if over:
            yield Part(over, start, end)
        start = end
