"""An attacker who keeps every page ever shown, and works out what he can.

He knows nobody's answers, but everything else: who was counted when, and how every number is made. Each number is a
sum over what people said. He may add, subtract and multiply pages (linear algebra over the rationals). He has won if
any such sum is about fewer people than allowed.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import combinations

Numbers = Mapping[str, int]
"""A page's numbers, by position."""
Pages = Sequence[Numbers]
"""Every page shown, in order."""
Unknown = tuple[int, Hashable]
"""A person, and what is counted of them."""


def columns(people_say: Mapping[Unknown, Pages], nobody_says: Pages) -> dict[Unknown, tuple[int, ...]]:
    """Return how much each number depends on each unknown: what changes on any page if only that one is said."""
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
    """Return a group of fewer than ``least`` people that a sum of numbers is about, or None.

    Unknowns with the same column always have the same factor, so they are combined. A sum is about only some of these
    classes if leaving them out lowers the rank.
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
    """Return the rank, by elimination, in exact fractions."""
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
    """Return whom the attacker works out from everything ``shown`` while these people are counted one by one.

    ``silent`` are the people before they say anything, ``says`` what one of them may say, with that person saying it.
    """
    nothing = shown(silent)
    people_say = {}
    for number in range(len(silent)):
        for what, saying in says(number):
            people_say[number, what] = shown([*silent[:number], saying, *silent[number + 1 :]])
    return works_out(columns(people_say, nothing))
