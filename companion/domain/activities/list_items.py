"""The list items that a part is repeated for, and how they are recognised after edits.

A key is made from an item's words, so that an answer stays with its item if the list is reordered.
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
"""The part of an answer's id that identifies its item."""
ALIKE = 0.6
"""Similarity (0 to 1, difflib) from which two texts count as one reworded item."""
Kept = TypeVar("Kept")


class Item(msgspec.Struct, frozen=True):
    """One item of a list that a part repeats for."""

    key: str
    words: str


def items_of(prompt: Prompt, value: Value) -> Iterator[Item]:
    """Yield an answer's items, at most twelve; none if there is no answer (None)."""
    seen: Counter[str] = Counter()
    for words in prompt.items(value)[:MOST_ITEMS] if value is not None else ():
        seen[words] += 1
        key = hashlib.sha256(f"{seen[words]}\n{words}".encode()).hexdigest()[:10]
        yield Item(key, words)


def reworded(before: list[Item], after: list[Item]) -> dict[str, str]:
    """Map old to new keys of items in the same position with similar words: one item, reworded."""
    if len(before) != len(after):
        return {}
    kept = {item.key for item in before} & {item.key for item in after}
    return {
        old.key: new.key
        for old, new in zip(before, after, strict=True)
        if not {old.key, new.key} & kept and _alike(old.words.casefold(), new.words.casefold()) >= ALIKE
    }


def carried(moving: Mapping[str, str], kept: Mapping[str, Kept]) -> dict[str, Kept]:
    """Move stored answers to their questions' new ids. An answer already stored under the new id stays."""
    return {new: kept[old] for old, new in moving.items() if old in kept and new not in kept}


def _alike(*words: str) -> float:
    one, other = sorted(words)  # a dictionary would depend on their order
    return difflib.SequenceMatcher(None, one, other).ratio()
