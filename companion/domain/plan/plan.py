"""The relapse-prevention plan: its items, and its dated versions.

An item never changes: rewording ends it and begins another with the same id. So every version can be read, and any
two compared.
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
"""Most characters in an item: one thing, short enough to read in a bad moment."""
MORE_MOST = 300
PART_MOST = 200
"""Most items in one part."""


class Stage(StrEnum):
    """How he is: steady, slipping, or needing to stop now."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


@dataclass(frozen=True)
class PlanEntry:
    """An item's words and stage. ``more`` is what he does then, or how to reach a person."""

    part: str
    words: str
    more: str = ""
    stage: Stage | None = None

    @classmethod
    def typed(cls, part: Part, words: str, more: str, stage: str) -> "PlanEntry":
        """Return an item of this part as typed. Raise ``Rejected``."""
        problems: list[Problem] = []

        def checked(text: str, most: int, field: str) -> str:
            try:
                return (clean_line if part.shape is Shape.PERSON else clean)(text, most, field)
            except Rejected as rejected:
                problems.extend(rejected.problems)
                return ""

        words = checked(words, MORE_MOST if part.shape is Shape.PERSON else WORDS_MOST, "words")
        more = checked(more, MORE_MOST, "more") if part.shape is not Shape.LINE else ""
        if part.staged and stage not in set(Stage):
            problems.append(Problem("nothing_chosen" if not stage else "not_offered", field="stage"))
        if problems:
            raise Rejected(*problems)
        return cls(part.id, words, more, Stage(stage) if part.staged else None)

    @classmethod
    def several(cls, part: Part, typed: Sequence[tuple[str, str, str]]) -> "list[PlanEntry]":
        """Return the items of this part as typed (words, more, stage), without empty ones.

        Raise ``Rejected``; a row's problems give its number, from 1.
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
    """The basis of an item."""

    ANSWER = "answer"
    FEEDBACK = "feedback"
    SUGGESTION = "suggestion"


@dataclass(frozen=True)
class Source:
    """Where an item came from: an answer in a piece of work, or the practitioner's feedback."""

    kind: From
    work_id: UUID | None = None
    prompt_id: str = ""


@dataclass(frozen=True)
class Item:
    """An item that is in the plan from version ``since`` up to, not including, version ``until``."""

    id: UUID
    entry: PlanEntry
    source: Source | None
    since: int
    until: int | None = None
    by: str = ""
    """The author of the suggestion or comment that it is based on; empty if it is his own."""

    def stands_in(self, number: int) -> bool:
        """Whether it is in the version with this number."""
        return self.since <= number and (self.until is None or number < self.until)


class Act(StrEnum):
    """The act that made a version."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"
    BROUGHT_BACK = "brought_back"
    ACCEPTED = "accepted"
    REVIEWED = "reviewed"


@dataclass(frozen=True)
class Version:
    """One dated version. ``together`` and ``next_review`` are for reviews.

    ``practitioner`` is the name of the practitioner who made it, suggested what it added, or worked with him at that
    time.
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
    """How one item differs between two versions; None for a version without it."""

    before: Item | None
    after: Item | None


@dataclass(frozen=True)
class Suggestion:
    """A practitioner's suggestion for the plan. Only the participant can add it."""

    id: UUID
    entry: PlanEntry
    at: datetime
    by: str = ""


@dataclass(frozen=True)
class Plan:
    """A participant's plan: every version, and every item it ever had."""

    parts: Parts
    versions: tuple[Version, ...] = ()
    items: tuple[Item, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    """Suggestions that he hasn't decided on."""

    @property
    def number(self) -> int:
        """The latest version's number; 0 before the first."""
        return self.versions[-1].number if self.versions else 0

    def version(self, number: int) -> Version | None:
        """Return the version with this number."""
        return next((each for each in self.versions if each.number == number), None)

    def number_at(self, moment: datetime) -> int:
        """Return the version current at a moment; 0 before the first."""
        return max((each.number for each in self.versions if each.at <= moment), default=0)

    @property
    def now(self) -> list[Item]:
        """The current items, in the order of its parts."""
        return self.at(self.number)

    def at(self, number: int) -> list[Item]:
        """Return the items of a version, in the order of its parts and of the stages."""
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
        """Return the current items of one part, or of one of its stages."""
        return [
            item
            for item in self.now
            if item.entry.part == part_id and (not stage or item.entry.stage is stage)
        ]

    def item(self, item_id: UUID) -> Item | None:
        """Return the item's current wording, or its last one."""
        found = [item for item in self.items if item.id == item_id]
        return max(found, key=lambda item: item.since, default=None)

    def changes(self, first: int, last: int) -> list[Change]:
        """Return how version ``last`` differs, in the order of the parts: ended, reworded, new."""
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
        """Raise ``Rejected`` if the part has no room for this many more items."""
        many = len(self.of(part_id)) + more
        if many > PART_MOST:
            raise Rejected(Problem("part_full", {"most": PART_MOST}))

    @property
    def last_review(self) -> Version | None:
        """The last time the whole plan was reviewed."""
        return next((each for each in reversed(self.versions) if each.act is Act.REVIEWED), None)

    def asks_for_review(self, today: date) -> bool:
        """Whether the day agreed for the next review has come."""
        last = self.last_review
        return bool(last and last.next_review and last.next_review <= today)


def _in_row(problem: Problem, row: int) -> Problem:
    return problem if problem.field == "stage" else replace(problem, values={**problem.values, "row": row})
