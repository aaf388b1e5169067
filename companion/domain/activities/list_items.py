"""Recognise the items of a list again after a participant has edited the list.

An item's key depends on its text, not on its position, so answers stay with their items if the order changes.
If several items have the same text, each has its own key.
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
"""A pattern for the part of an answer's id that identifies the item."""
ALIKE = 0.6
"""Treat a list item as reworded if its old and new wording are at least this similar. ``difflib`` calculates
the similarity as a number from 0 to 1.
"""
Kept = TypeVar("Kept")


class Item(msgspec.Struct, frozen=True):
    """One entry in a participant's list."""

    key: str
    words: str


def items_of(prompt: Prompt, value: Value) -> Iterator[Item]:
    """Yield up to twelve items from an answer.

    Yield nothing if the answer is None.
    """
    seen: Counter[str] = Counter()
    for words in prompt.items(value)[:MOST_ITEMS] if value is not None else ():
        seen[words] += 1
        key = hashlib.sha256(f"{seen[words]}\n{words}".encode()).hexdigest()[:10]
        yield Item(key, words)


def reworded(before: list[Item], after: list[Item]) -> dict[str, str]:
    """Return a map from reworded items' old keys to their new keys.

    An item counts as reworded if its position is the same and its new wording is similar to its old wording.
    If the number of items has changed, no item counts as reworded.
    """
    if len(before) != len(after):
        return {}
    kept = {item.key for item in before} & {item.key for item in after}
    return {
        old.key: new.key
        for old, new in zip(before, after, strict=True)
        if not {old.key, new.key} & kept and _alike(old.words.casefold(), new.words.casefold()) >= ALIKE
    }


def carried(moving: Mapping[str, str], kept: Mapping[str, Kept]) -> dict[str, Kept]:
    """Return the stored answers of questions whose ids have changed, keyed by the new ids. Leave out an old
    answer if the question has already been answered under its new id.
    """
    return {new: kept[old] for old, new in moving.items() if old in kept and new not in kept}


def _alike(*words: str) -> float:
    one, other = sorted(words)  # sorted because difflib's result depends on the order
    return difflib.SequenceMatcher(None, one, other).ratio()
