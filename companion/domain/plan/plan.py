"""The relapse-prevention plan: what stands in it, and its dated versions.

An item never changes: put into other words it ends, and another one of the same id begins. So every
version of the plan is there to be read, and any two can be compared.
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
"""Characters of an item: one thing, short enough to be read in a bad moment."""
MORE_MOST = 300
PART_MOST = 200
"""Items of one part."""


class Stage(StrEnum):
    """How he is: steady, slipping, or to stop now."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


@dataclass(frozen=True)
class PlanEntry:
    """What an item says, and where. ``more`` is what he does then, or how a person is reached."""

    part: str
    words: str
    more: str = ""
    stage: Stage | None = None

    @classmethod
    def typed(cls, part: Part, words: str, more: str, stage: str) -> "PlanEntry":
        """An item of this part as it was typed. Raises ``Rejected``."""
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
        """The items of this part that were typed (words, more, stage), without the empty ones.

        Raises ``Rejected``; the problems of a row say which one it is, counted from 1.
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
    """What an item was made of."""

    ANSWER = "answer"
    FEEDBACK = "feedback"
    SUGGESTION = "suggestion"


@dataclass(frozen=True)
class Source:
    """Where an item came from: an answer of a piece of work, or what his practitioner said."""

    kind: From
    work_id: UUID | None = None
    prompt_id: str = ""


@dataclass(frozen=True)
class Item:
    """One thing that stands in the plan from version ``since`` until before version ``until``."""

    id: UUID
    entry: PlanEntry
    source: Source | None
    since: int
    until: int | None = None
    by: str = ""
    """Who suggested it or said what it was made of; empty for what is his own."""

    def stands_in(self, number: int) -> bool:
        """Whether it stands in the version of this number."""
        return self.since <= number and (self.until is None or number < self.until)


class Act(StrEnum):
    """What made a version."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"
    BROUGHT_BACK = "brought_back"
    ACCEPTED = "accepted"
    REVIEWED = "reviewed"


@dataclass(frozen=True)
class Version:
    """One dated version. ``together`` and ``next_review`` belong to a review.

    ``practitioner`` is the name of the one who made it, suggested what it took in, or worked with him then.
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
    """What became of one item between two versions; None where it does not stand in one of them."""

    before: Item | None
    after: Item | None


@dataclass(frozen=True)
class Suggestion:
    """What a practitioner would put into the plan. Only the participant does that."""

    id: UUID
    entry: PlanEntry
    at: datetime
    by: str = ""


@dataclass(frozen=True)
class Plan:
    """A participant's plan: every version, and every item that ever stood in it."""

    parts: Parts
    versions: tuple[Version, ...] = ()
    items: tuple[Item, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    """Those that wait for his word."""

    @property
    def number(self) -> int:
        """The newest version; 0 before the first."""
        return self.versions[-1].number if self.versions else 0

    def version(self, number: int) -> Version | None:
        """The version of this number."""
        return next((each for each in self.versions if each.number == number), None)

    def number_at(self, moment: datetime) -> int:
        """The version that stood at a moment; 0 before the first."""
        return max((each.number for each in self.versions if each.at <= moment), default=0)

    @property
    def now(self) -> list[Item]:
        """What stands in it, in the order of its parts."""
        return self.at(self.number)

    def at(self, number: int) -> list[Item]:
        """What stood in the version of this number, in the order of its parts and of the stages."""
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
        """What stands in one part now, or at one stage of it."""
        return [
            item
            for item in self.now
            if item.entry.part == part_id and (not stage or item.entry.stage is stage)
        ]

    def item(self, item_id: UUID) -> Item | None:
        """The item as it stands now, or as it last stood."""
        found = [item for item in self.items if item.id == item_id]
        return max(found, key=lambda item: item.since, default=None)

    def changes(self, first: int, last: int) -> list[Change]:
        """What is different in version ``last``, in the order of the parts: ended, put into other words, new."""
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
        """Raises ``Rejected`` when the part cannot take so many items more."""
        many = len(self.of(part_id)) + more
        if many > PART_MOST:
            raise Rejected(Problem("part_full", {"most": PART_MOST}))

    @property
    def last_review(self) -> Version | None:
        """The last time that it was looked at as a whole."""
        return next((each for each in reversed(self.versions) if each.act is Act.REVIEWED), None)

    def asks_for_review(self, today: date) -> bool:
        """Whether the day has come that was agreed for looking at it again."""
        last = self.last_review
        return bool(last and last.next_review and last.next_review <= today)


def _in_row(problem: Problem, row: int) -> Problem:
    return problem if problem.field == "stage" else replace(problem, values={**problem.values, "row": row})
