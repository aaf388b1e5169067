"""Hypothesis strategies for typed text, numbers, forms and authors' settings."""

from typing import Any

from hypothesis import strategies as some

from companion.domain.forms import Form

WORDS = (
    "I walked.",
    "I walked home along the river.",
    "Tea, then a book.\r\nThe light was good.",
    "cafe\u0301 and 🌊👩\u200d👩\u200d👧",
)
"""Example texts that contain line breaks, or letters that Companion normalises."""
ITEMS = ("a walk", "a short walk", "a short walks", "a shorter walk", " tea", "tea", "ferry", "the ferries")
"""The items from which the tests make random lists.

There are only eight items, so two random lists often have items in common. Some pairs of items are so similar
that Companion treats one item as a rewording of the other.
"""
LABELS = ("A walk", "A long walk", "Reading", "A talk with my sister")
ENDS = {"low_label": "Hard", "high_label": "Good"}
Plain = dict[str, Any]


def one(words: some.SearchStrategy[str]) -> some.SearchStrategy[list[str]]:
    """Return a Hypothesis strategy that generates a form field containing one of these strings."""
    return words.map(lambda text: [text])


def fields(**typed: some.SearchStrategy[list[str]]) -> some.SearchStrategy[Form]:
    return some.fixed_dictionaries(typed)


WRITTEN = one(some.sampled_from(WORDS))
PERHAPS = one(some.sampled_from(("", *WORDS)))
TO_TEN = one(some.integers(0, 10).map(str))


def options() -> some.SearchStrategy[Plain]:
    """Return a Hypothesis strategy that generates two to four options, some of them with the same label."""
    labels = some.lists(some.sampled_from(LABELS), min_size=2, max_size=4)
    return labels.map(
        lambda chosen: {"options": [{"id": f"o{n}", "label": label} for n, label in enumerate(chosen)]}
    )


def up_to(least: int, most: int) -> some.SearchStrategy[Plain]:
    return some.fixed_dictionaries({}, optional={"most": some.integers(least, most)})
