"""Choose the plan items that fit on a folded card."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from companion.domain.plan.plan import Plan, PlanEntry, Stage

LINE = 34
"""The number of characters of average width on a line of the card."""
FIRST_LINES, PEOPLE_LINES = 16, 10
"""How many lines the card has under *What I do first*, and how many under *People I can turn to*."""
KEPT_FREE = 5
"""The card reserves up to this many lines for amber items. If the plan's amber items need fewer lines, red
items can use the rest. If the plan has no red items or no amber items, the card has at least this many empty
lines to write on.
"""
CUT = "…"


@dataclass(frozen=True)
class Card:
    """The plan items that fit on the card, and all others."""

    red: list[PlanEntry]
    amber: list[PlanEntry]
    people: list[PlanEntry]
    left_out: list[PlanEntry]
    """The plan items that are missing or shortened on the card."""


def card(plan: Plan) -> Card:
    """Return the card to print from a participant's current plan. Red items come before amber items, and
    older items before newer items.
    """
    first = [item.entry for item in plan.of("first")]
    all_red, all_amber = (
        [each for each in first if each.stage is stage] for stage in (Stage.RED, Stage.AMBER)
    )
    for_amber = min(sum(map(_needs, all_amber)), KEPT_FREE) if all_amber else KEPT_FREE
    red, left = _fitting(all_red, FIRST_LINES - for_amber)
    amber, _ = _fitting(all_amber, for_amber + (left if all_red else left - KEPT_FREE))
    all_people = [item.entry for item in plan.of("people")]
    people, _ = _fitting(all_people, PEOPLE_LINES)
    shown = [*red, *amber, *people]
    left_out = [entry for entry in [*all_red, *all_amber, *all_people] if entry not in shown]
    return Card(red, amber, people, left_out)


def _fitting(entries: Iterable[PlanEntry], room: int) -> tuple[list[PlanEntry], int]:
    """Return the plan items that fit on ``room`` lines, and how many lines stay free. If the first item
    doesn't fit, shorten it.
    """
    shown: list[PlanEntry] = []
    for entry in entries:
        if _needs(entry) > room:
            return ([_shortened(entry, room)], 0) if not shown else (shown, room)
        shown.append(entry)
        room -= _needs(entry)
    return shown, room


def _needs(entry: PlanEntry) -> int:
    return _lines(entry.words) + (_lines(entry.more) if entry.more else 0)


def _lines(text: str) -> int:
    """Return how many lines a wrapped text takes up."""
    many = 0
    for line in text.split("\n"):
        many, used = many + 1, 0.0
        for word in line.split():
            if used and used + 1 + _width(word) > LINE:
                many, used = many + 1, 0.0
            used += bool(used) + _width(word)
            many, used = many + int(used // LINE), used % LINE
    return many


def _width(text: str) -> float:
    """Return the estimated width of text, as a multiple of an average character's width."""
    return sum(
        2.2
        if unicodedata.east_asian_width(c) in "WF"
        else 1.8
        if c in "mwMW@%"
        else 1.4
        if c.isupper()
        else 1
        for c in text
    )


def _shortened(entry: PlanEntry, room: int) -> PlanEntry:
    """Return as much of a plan item as fits on the card. If a person's name and contact details don't both
    fit, keep the contact details.
    """
    more = _cut(entry.more, max(1, room - 1)) if entry.more else ""
    words = _cut(entry.words, max(1, room - (_lines(more) if more else 0)))
    return PlanEntry(entry.part, words, more, entry.stage)


def _cut(text: str, room: int) -> str:
    if _lines(text) <= room:
        return text
    kept = text
    while kept and _lines(kept + CUT) > room:
        kept = kept[: -max(1, len(kept) // 50)].rstrip()
    return kept + CUT
