"""The items of an earlier answer for which a part is asked, and how they are known again.

A key is made from an item's words, so that an answer stays with its item wherever that moves to in the list.
"""

import difflib
import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TypeVar

import msgspec

from companion.domain.activities.answers import Prompt, Value
from companion.domain.activities.layout import MOST_ITEMS

KEY = r"[0-9a-f]{10}"
"""What stands for an item in the id of its answer."""
ALIKE = 0.6
"""From here on (0 to 1, of difflib) two texts are one item in other words, and not another item."""
Kept = TypeVar("Kept")


class Item(msgspec.Struct, frozen=True):
    """One item of a list that a part is repeated for."""

    key: str
    words: str


def items_of(prompt: Prompt, value: Value) -> Iterator[Item]:
    """The items of an answer, at most twelve; none where it was not answered (None)."""
    seen: Counter[str] = Counter()
    for words in prompt.items(value)[:MOST_ITEMS] if value is not None else ():
        seen[words] += 1
        key = hashlib.sha256(f"{seen[words]}\n{words}".encode()).hexdigest()[:10]
        yield Item(key, words)


def reworded(before: list[Item], after: list[Item]) -> dict[str, str]:
    """The keys of items that stand where they stood, in words that are much alike: one item, put better."""
    if len(before) != len(after):
        return {}
    kept = {item.key for item in before} & {item.key for item in after}
    return {
        old.key: new.key
        for old, new in zip(before, after, strict=True)
        if not {old.key, new.key} & kept and _alike(old.words.casefold(), new.words.casefold()) >= ALIKE
    }


def carried(moving: Mapping[str, str], kept: Mapping[str, Kept]) -> dict[str, Kept]:
    """What was kept for questions that move, by their new ids; where something stands already, that stays."""
    return {new: kept[old] for old, new in moving.items() if old in kept and new not in kept}


def _alike(*words: str) -> float:
    one, other = sorted(words)  # their order would make a difference
    return difflib.SequenceMatcher(None, one, other).ratio()
