"""An attacker who keeps every page ever shown and tries to find out which answers somebody gave.

The attacker knows nobody's answers, but knows when each person was counted and how every number is
calculated. Each number is a sum over people's answers, so the attacker can combine pages by linear algebra
over the rationals. The attacker succeeds if any combination of numbers depends on too few people.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import combinations

Numbers = Mapping[str, int]
"""The numbers on one page, keyed by their position."""
Pages = Sequence[Numbers]
"""Every page that has been shown, oldest first."""
Unknown = tuple[int, Hashable]
"""A person, and a fact about the person that can be counted."""


def columns(people_say: Mapping[Unknown, Pages], nobody_says: Pages) -> dict[Unknown, tuple[int, ...]]:
    """For each unknown fact, return how much each number on any page changes if only that fact is reported."""
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
    """Return fewer than ``least`` people whose facts alone determine some combination of the numbers, or None
    if there are no such people.

    Nobody can tell facts with equal columns apart, so such facts form one class. If leaving out some classes
    lowers the rank, a combination of numbers depends only on those classes.
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
    """Return people whom an attacker can identify from the pages that ``shown`` returns, or None if there are
    no such people.

    ``silent`` contains the people as they are before any of them reports anything. ``says`` yields pairs: a
    fact that a person may report, and the person after reporting the fact.
    """
    nothing = shown(silent)
    people_say = {}
    for number in range(len(silent)):
        for what, saying in says(number):
            people_say[number, what] = shown([*silent[:number], saying, *silent[number + 1 :]])
    return works_out(columns(people_say, nothing))
