"""Find the changes between versions of a plan, and in an item's wording."""

import re
from dataclasses import dataclass, field

from companion.domain.plan.plan import Change, Item, Plan, Version
from companion.domain.plan.plan_parts import Part

COMPARED_MOST = 500
"""If the first and last changes in a text are more than this many words apart, everything from the first to
the last change counts as changed.
"""


@dataclass(frozen=True)
class PlanStep:
    """A version of the plan, with its added, reworded and removed items."""

    version: Version
    new: list[Item] = field(default_factory=list)
    reworded: list[Change] = field(default_factory=list)
    gone: list[Item] = field(default_factory=list)


def steps(plan: Plan, before: int, most: int) -> list[PlanStep]:
    """Return the versions of the plan that are older than version ``before``, the latest first. Return at
    most ``most`` versions.
    """
    those = [each for each in reversed(plan.versions) if each.number < before][:most]
    return [_step(plan, version) for version in those]


def _step(plan: Plan, version: Version) -> PlanStep:
    began = {item.id: item for item in plan.items if item.since == version.number}
    ended = {item.id: item for item in plan.items if item.until == version.number}
    return PlanStep(
        version,
        new=[item for item in began.values() if item.id not in ended],
        reworded=[Change(ended[each], item) for each, item in began.items() if each in ended],
        gone=[item for item in ended.values() if item.id not in began],
    )


@dataclass(frozen=True)
class Difference:
    """The differences between two versions in one part of the plan."""

    part: Part
    new: list[Item] = field(default_factory=list)
    reworded: list[Change] = field(default_factory=list)
    gone: list[Item] = field(default_factory=list)
    same: list[Item] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        """True if this part of the plan differs between the versions."""
        return bool(self.new or self.reworded or self.gone)


def compared(plan: Plan, first: int, last: int) -> list[Difference]:
    """Return the differences between two versions of the plan, part by part.

    Version 0 is the empty plan.
    """
    found = {part.id: Difference(part) for part in plan.parts.parts}
    changes = plan.changes(first, last)
    for change in changes:
        if change.before and change.after:
            found[change.after.entry.part].reworded.append(change)
        elif change.after:
            found[change.after.entry.part].new.append(change.after)
        elif change.before:
            found[change.before.entry.part].gone.append(change.before)
    different = {item.id for change in changes for item in (change.before, change.after) if item}
    for item in plan.at(last):
        if item.id not in different:
            found[item.entry.part].same.append(item)
    return [each for each in found.values() if each.changed or each.same]


@dataclass(frozen=True)
class Stretch:
    """A run of words in one of two texts. ``same`` is True if this run of words is in both of the texts that
    are compared.
    """

    text: str
    same: bool


def words_compared(before: str, after: str) -> tuple[list[Stretch], list[Stretch]]:
    """Compare two texts word by word, and split each into changed and unchanged stretches."""
    one, other = (re.split(r"(?<=\S)(?=\s)", text) if text else [] for text in (before, after))
    start = _alike(one, other)
    end = _alike(one[start:][::-1], other[start:][::-1])
    middle = one[start : len(one) - end], other[start : len(other) - end]
    kept = _kept(*middle)
    marks = [[True] * start + each + [True] * end for each in kept]
    return _stretches(one, marks[0]), _stretches(other, marks[1])


def _alike(one: list[str], other: list[str]) -> int:
    """Return how many words both lists have in common at the start."""
    both = zip(one, other, strict=False)
    return next((place for place, (a, b) in enumerate(both) if a != b), min(len(one), len(other)))


def _kept(one: list[str], other: list[str]) -> tuple[list[bool], list[bool]]:
    """For each word, return whether it is in the longest common subsequence of the two lists."""
    kept = [False] * len(one), [False] * len(other)
    if not one or not other or max(len(one), len(other)) > COMPARED_MOST:
        return kept
    rows = _rows(one, other)

    def longest(i: int, j: int) -> int:
        """Return the length of the longest common subsequence of ``one[i:]`` and ``other[j:]``."""
        left = len(other) - j
        return left - (rows[i] & ((1 << left) - 1)).bit_count()

    i = j = 0
    while i < len(one) and j < len(other):
        if one[i] == other[j]:
            kept[0][i] = kept[1][j] = True
            i, j = i + 1, j + 1
        elif longest(i + 1, j) >= longest(i, j + 1):
            i += 1
        else:
            j += 1
    return kept


def _rows(one: list[str], other: list[str]) -> list[int]:
    """Return the table for the longest common subsequence of two lists of words.

    Each row of the comparison table is an integer, with one bit for each word of ``other``. The algorithm
    comes from Hyyrö 2004, "Bit-parallel LCS-length computation revisited".
    """
    places: dict[str, int] = {}
    for place, word in enumerate(reversed(other)):
        places[word] = places.get(word, 0) | 1 << place
    whole = (1 << len(other)) - 1
    rows = [whole]
    for word in reversed(one):
        row = rows[-1]
        there = row & places.get(word, 0)
        rows.append(((row + there) | (row - there)) & whole)
    return rows[::-1]


def _stretches(words: list[str], kept: list[bool]) -> list[Stretch]:
    found: list[Stretch] = []
    for word, same in zip(words, kept, strict=True):
        if found and found[-1].same is same:
            found[-1] = Stretch(found[-1].text + word, same)
        else:
            found.append(Stretch(word, same))
    return found
