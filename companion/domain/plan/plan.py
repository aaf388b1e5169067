"""The relapse-prevention plan, with its items and its dated versions.

Items never change. When a participant rewords an item, Companion marks the old item as ended and adds a new
item with the new wording. A reworded item keeps its id. Because old wordings are kept, participants can still
read every version of the plan.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from companion.domain.plan.plan_parts import Part, Parts, Shape
from companion.domain.refusals import Problem, Rejected
from companion.domain.text import clean, clean_line

WORDS_MOST = 1000
"""The maximum number of characters in a plan item. People must be able to read an item in a bad moment."""
MORE_MOST = 300
PART_MOST = 200
"""The maximum number of items in a part of the plan."""


class Stage(StrEnum):
    """The participant's condition: steady, slipping, or needing to stop now."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


@dataclass(frozen=True)
class PlanEntry:
    """A plan item's wording and its stage.

    ``more`` contains details, or is empty. If the item names a situation, the details say what to do in the
    situation. If the item names a person, the details say how to contact the person.
    """

    part: str
    words: str
    more: str = ""
    stage: Stage | None = None

    @classmethod
    def typed(cls, part: Part, words: str, more: str, stage: str) -> "PlanEntry":
        """Return text from a form as an item for this part of the plan. Raise ``Rejected`` if the item isn't
        valid.
        """
        problems: list[Problem] = []

        def checked(text: str, most: int, field: str, *, required: bool = True) -> str:
            try:
                cleaned = clean_line if part.shape is Shape.PERSON else clean
                return cleaned(text, most, field, required=required)
            except Rejected as rejected:
                problems.extend(rejected.problems)
                return ""

        words = checked(words, MORE_MOST if part.shape is Shape.PERSON else WORDS_MOST, "words")
        more = (
            checked(more, MORE_MOST, "more", required=part.shape is not Shape.PERSON)
            if part.shape is not Shape.LINE
            else ""
        )
        if part.staged and stage not in set(Stage):
            problems.append(Problem("nothing_chosen" if not stage else "not_offered", field="stage"))
        if problems:
            raise Rejected(*problems)
        return cls(part.id, words, more, Stage(stage) if part.staged else None)

    @classmethod
    def several(cls, part: Part, typed: Sequence[tuple[str, str, str]]) -> "list[PlanEntry]":
        """Return a form's rows as items for this part of the plan. Skip empty rows.

        Raise ``Rejected`` if an item isn't valid, if every row is empty, or if there are too many items. Each
        problem with a text contains the number of the text's form row, counted from 1.
        """
        entries: list[PlanEntry] = []
        problems: list[Problem] = []
        rows = [(row, each) for row, each in enumerate(typed, 1) if any(text.strip() for text in each[:2])]
        if len(rows) > PART_MOST:
            raise Rejected(Problem("part_full", {"most": PART_MOST}))
        for row, each in rows:
            try:
                entries.append(cls.typed(part, *each))
            except Rejected as rejected:
                problems += [_in_row(problem, row) for problem in rejected.problems]
        if not (entries or problems):
            problems.append(Problem("empty", {"row": 1}, "words"))
        if problems:
            raise Rejected(
                *{(each.key, each.field, each.values.get("row")): each for each in problems}.values()
            )
        return entries


class From(StrEnum):
    """The kind of source that a plan item comes from."""

    ANSWER = "answer"
    FEEDBACK = "feedback"
    SUGGESTION = "suggestion"


@dataclass(frozen=True)
class Source:
    """The source of a plan item: an answer, or the practitioner's feedback or suggestion."""

    kind: From
    work_id: UUID | None = None
    prompt_id: str = ""


@dataclass(frozen=True)
class Item:
    """One wording of a plan item, and the plan versions that contain it. ``since`` is the first version of
    the plan with this wording, and ``until`` is the first later version without it.
    """

    id: UUID
    entry: PlanEntry
    source: Source | None
    since: int
    until: int | None = None
    by: str = ""
    """The author of the suggestion or feedback behind this item, or an empty string."""

    def stands_in(self, number: int) -> bool:
        """Return whether the plan's version with this number contains the item."""
        return self.since <= number and (self.until is None or number < self.until)


class Act(StrEnum):
    """The kind of change that created a version of the plan."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"
    BROUGHT_BACK = "brought_back"
    ACCEPTED = "accepted"
    REVIEWED = "reviewed"


@dataclass(frozen=True)
class Version:
    """A dated version of the plan. Only versions from a plan review have ``together`` and ``next_review``.

    ``practitioner``: who worked on this version with the participant, if anybody did.
    """

    number: int
    at: datetime
    by_id: UUID
    act: Act
    together: bool = False
    next_review: date | None = None
    practitioner: str = ""


@dataclass(frozen=True)
class Change:
    """A plan item before and after a change.

    ``before`` is None for a new item. ``after`` is the changed item, or None if it was removed.
    """

    before: Item | None
    after: Item | None


@dataclass(frozen=True)
class Suggestion:
    """A practitioner's suggestion for the plan. Only the participant can add the suggestion to the plan."""

    id: UUID
    entry: PlanEntry
    at: datetime
    by: str = ""


@dataclass(frozen=True)
class Plan:
    """A participant's plan, with all versions and items."""

    parts: Parts
    versions: tuple[Version, ...] = ()
    items: tuple[Item, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    """The suggestions that the participant hasn't decided about yet."""

    @property
    def number(self) -> int:
        """The number of the plan's latest version, or 0 if there is no version."""
        return self.versions[-1].number if self.versions else 0

    def version(self, number: int) -> Version | None:
        """Return the plan's version with this number, or None."""
        return next((each for each in self.versions if each.number == number), None)

    def number_at(self, moment: datetime) -> int:
        """Return the number of the plan's latest version at this time, or 0 if the plan had no version yet."""
        return max((each.number for each in self.versions if each.at <= moment), default=0)

    @property
    def now(self) -> list[Item]:
        """The plan's current items, in the order of their parts and stages."""
        return self.at(self.number)

    def at(self, number: int) -> list[Item]:
        """Return a version's items, sorted by part and stage."""
        order = {part.id: place for place, part in enumerate(self.parts.parts)}
        stages = {stage: place for place, stage in enumerate(Stage)}
        standing = [item for item in self.items if item.stands_in(number)]
        return sorted(
            standing,
            key=lambda item: (
                order.get(item.entry.part, len(order)),
                stages[item.entry.stage] if item.entry.stage else 0,
            ),
        )

    def of(self, part_id: str, stage: Stage | None = None) -> list[Item]:
        """Return a part's current items, or only the items in one stage."""
        return [
            item
            for item in self.now
            if item.entry.part == part_id and (not stage or item.entry.stage is stage)
        ]

    def item(self, item_id: UUID) -> Item | None:
        """Return the latest wording of the item with this id, or None."""
        found = [item for item in self.items if item.id == item_id]
        return max(found, key=lambda item: item.since, default=None)

    def changes(self, first: int, last: int) -> list[Change]:
        """Return the plan items that differ between version ``first`` and version ``last``.

        Items that were already in version ``first`` come before items that were added later.
        """
        before = {item.id: item for item in self.at(first)}
        after = {item.id: item for item in self.at(last)}
        order = [*before, *(each for each in after if each not in before)]
        pairs = [Change(before.get(each), after.get(each)) for each in order]
        return [
            pair
            for pair in pairs
            if not (pair.before and pair.after and pair.before.entry == pair.after.entry)
        ]

    def room(self, part_id: str, more: int = 1) -> None:
        """Raise ``Rejected`` if this part of the plan would have too many items after adding this number of
        items.
        """
        many = len(self.of(part_id)) + more
        if many > PART_MOST:
            raise Rejected(Problem("part_full", {"most": PART_MOST}))

    @property
    def last_review(self) -> Version | None:
        """The version of the last review of the whole plan, or None."""
        return next((each for each in reversed(self.versions) if each.act is Act.REVIEWED), None)

    def asks_for_review(self, today: date) -> bool:
        """Return whether the day agreed for the next review has come."""
        last = self.last_review
        return bool(last and last.next_review and last.next_review <= today)


def _in_row(problem: Problem, row: int) -> Problem:
    return problem if problem.field == "stage" else replace(problem, values={**problem.values, "row": row})
