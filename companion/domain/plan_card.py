"""A card to fold and carry: what of the plan fits on it, and what does not."""

import math
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from companion.domain.plan import Entry, Plan, Stage

LINE = 38
"""Ordinary characters that surely fit on a line of the card."""
FIRST_LINES, PEOPLE_LINES = 21, 12
"""Lines of the card for what he does first, and for people."""
CUT = "…"


@dataclass(frozen=True)
class Card:
    """What the inside shows, and what did not fit. A text that ends in an ellipsis was cut."""

    red: list[Entry]
    amber: list[Entry]
    people: list[Entry]
    left_out: list[Entry]
    """What is not there, or not there as a whole."""


def card(plan: Plan) -> Card:
    """The card of the plan as it stands. Red goes before amber; of each the first ones fit first."""
    first = [item.entry for item in plan.of("first")]
    all_red = [entry for entry in first if entry.stage is Stage.RED]
    red, after_red = _fitting(all_red, FIRST_LINES)
    all_amber = [entry for entry in first if entry.stage is Stage.AMBER]
    amber, _ = _fitting(all_amber, after_red - 1)
    all_people = [item.entry for item in plan.of("people")]
    people, _ = _fitting(all_people, PEOPLE_LINES)
    shown = [*red, *amber, *people]
    left_out = [entry for entry in [*all_red, *all_amber, *all_people] if entry not in shown]
    return Card(red, amber, people, left_out)


def _fitting(entries: Iterable[Entry], room: int) -> tuple[list[Entry], int]:
    """The first ones that fit into so many lines, and how many lines are left."""
    shown: list[Entry] = []
    for entry in entries:
        needs = _lines(entry.words) + (_lines(entry.more) if entry.more else 0)
        if needs > room:
            if not shown and room > 1:
                shown.append(_shortened(entry, room))
                room = 0
            break
        shown.append(entry)
        room -= needs
    return shown, room


def _lines(text: str) -> int:
    return sum(max(1, math.ceil(_width(line) / LINE)) for line in text.split("\n") if line.strip())


def _width(text: str) -> float:
    """In ordinary characters; a generous guess for capitals, and for scripts with wide ones."""
    return sum(
        2.2 if unicodedata.east_asian_width(c) in "WF" else 1.5 if c.isupper() or c in "@%mwMW" else 1
        for c in text
    )


def _shortened(entry: Entry, room: int) -> Entry:
    """As much of it as fits into so many lines. Of a person the way to reach him matters more."""
    more = _cut(entry.more, max(1, room - 1)) if entry.more else ""
    words = _cut(entry.words, max(1, room - (_lines(more) if more else 0)))
    return Entry(entry.part, words, more, entry.stage)


def _cut(text: str, room: int) -> str:
    if _lines(text) <= room:
        return text
    kept = text
    while kept and _lines(kept + CUT) > room:
        kept = kept[: -max(1, len(kept) // 50)].rstrip()
    return kept + CUT
