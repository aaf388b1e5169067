"""Somebody who keeps every page that was ever shown, and works out what he can.

He knows nobody's answers, but he knows everything else: who was counted when, and how every number is made.
Each number is a sum over what people said. He may add pages up, take them from each other, and multiply them
(linear algebra over the rationals). He has won if any such sum is about fewer people than it must be.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import combinations

Numbers = Mapping[str, int]
"""Every number of a page, by where it stands."""
Pages = Sequence[Numbers]
"""Every page that was shown, in order."""
Unknown = tuple[int, Hashable]
"""A person, and what of him is counted."""


def columns(people_say: Mapping[Unknown, Pages], nobody_says: Pages) -> dict[Unknown, tuple[int, ...]]:
    """How much each number depends on each unknown: what changes on any page when only that one is said."""
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
    """A group of fewer than ``least`` people whom a sum of numbers is about, or None.

    Unknowns with the same column always come with the same factor, so they are taken together. A sum is about
    some of these classes alone if leaving them out takes something from the rank.
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
    """By elimination, in exact fractions."""
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
    """Whom the attacker works out of everything ``shown`` while these people are counted one by one.

    ``silent`` are the people before they say anything, ``says`` what one of them may say, with himself saying it.
    """
    nothing = shown(silent)
    people_say = {}
    for number in range(len(silent)):
        for what, saying in says(number):
            people_say[number, what] = shown([*silent[:number], saying, *silent[number + 1 :]])
    return works_out(columns(people_say, nothing))
