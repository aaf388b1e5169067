"""An attacker who keeps every page, and tries to work out somebody's answers.

The attacker knows nobody's answers, but knows when each person was added to the statistics. Each
published number is a sum over people's answers. The attacker can add and subtract any multiples of the
numbers on all pages. The attacker succeeds if some sum or difference of the published numbers depends on the
answers of only a few people.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import combinations

Numbers = Mapping[str, int]
"""The numbers on a page, keyed by position."""
Pages = Sequence[Numbers]
"""Every page that has been shown, oldest first."""
Unknown = tuple[int, Hashable]
"""A person's index in the list of people, and a fact about them that the attacker is trying to find out."""


def columns(people_say: Mapping[Unknown, Pages], nobody_says: Pages) -> dict[Unknown, tuple[int, ...]]:
    """For each fact about a participant that the attacker doesn't know, return how much each published number
    changes if the participant reports the fact.
    """
    where = sorted(
        {(number, name) for number, page in enumerate(nobody_says) for name in page}
        | {
            (number, name)
            for pages in people_say.values()
            for number, page in enumerate(pages)
            for name in page
        }
    )
    return {
        unknown: tuple(pages[page].get(name, 0) - nobody_says[page].get(name, 0) for page, name in where)
        for unknown, pages in people_say.items()
    }


def works_out(depends: Mapping[Unknown, tuple[int, ...]], least: int = 5) -> set[int] | None:
    """Return the people that the published numbers reveal something about, if there are fewer than ``least``,
    else None.
    """
    classes: dict[tuple[int, ...], set[int]] = defaultdict(set)
    for (person, _), column in depends.items():
        if any(column):
            classes[column].add(person)
    every = list(classes)
    whole = rank(every)
    small = [column for column in every if len(classes[column]) < least]
    for size in range(1, least):
        for some in combinations(small, size):
            people = set().union(*(classes[column] for column in some))
            if len(people) < least and rank([each for each in every if each not in some]) < whole:
                return people
    return None


def rank(vectors: Iterable[Sequence[int]]) -> int:
    """Return the rank of these vectors, computed exactly with fractions."""
    rows: list[list[Fraction]] = []
    for vector in vectors:
        left = [Fraction(number) for number in vector]
        for row in rows:
            pivot = next(place for place, number in enumerate(row) if number)
            if left[pivot]:
                factor = left[pivot] / row[pivot]
                left = [mine - factor * other for mine, other in zip(left, row, strict=True)]
        if any(left):
            rows.append(left)
    return len(rows)


def seen_by(
    shown: Callable[[Sequence[object]], Pages],
    silent: Sequence[object],
    says: Callable[[int], Iterable[tuple[Hashable, object]]],
) -> set[int] | None:
    """Return people whom an attacker can identify from the shown pages, or None.

    ``silent`` has one record for each person. The record states only what the attacker already knows about
    the person. ``says(i)`` yields the possible facts about the person at index ``i`` of ``silent``. Each fact
    comes with a record of the person, and the record states only that fact.
    """
    nothing = shown(silent)
    people_say = {}
    for number in range(len(silent)):
        for what, saying in says(number):
            people_say[number, what] = shown([*silent[:number], saying, *silent[number + 1 :]])
    return works_out(columns(people_say, nothing))
