"""Test that nobody can be identified by subtracting earlier figures of the service from later figures."""

import random
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from companion.domain.evaluation.figure_tables import tables
from companion.domain.evaluation.figures import (
    LEAST,
    OTHERS,
    Answered,
    Block,
    Came,
    InTime,
    Person,
    Piece,
    Stratum,
    block,
)
from tests.domain.attacker import Numbers, Pages, seen_by

NOVEMBER = date(2026, 11, 1)


@dataclass(frozen=True)
class Ended:
    """Somebody whose programme has ended, and the group that the figures count them in."""

    stratum: Stratum
    person: Person


def silent(activities: Sequence[str]) -> Person:
    """Return a participant who has never submitted work, and has never signed in again after joining."""
    return Person(tuple(Piece(each, InTime.NOT, Answered.NONE) for each in activities), Came.NEVER)


strata = st.builds(
    Stratum, st.sampled_from(["epsom", "bromsgrove"]), st.just("five-sessions"), st.sampled_from([1, 1, 1, 2])
)
usual = st.sampled_from([("a", "b"), ("a", "b"), ("a", "b"), ("a", "b"), ("a",), ("b",), ()])
seldom = st.sampled_from([(), (), (), ("c",), (OTHERS,), ("c", OTHERS)])
had = st.tuples(usual, seldom).map(lambda both: both[0] + both[1])
endings = st.lists(st.builds(Ended, strata, had.map(silent)), min_size=5, max_size=24)


def blocks(people: Sequence[Ended]) -> Iterator[list[Block]]:
    """Each time a programme ends, yield the groups of five people that the figures have counted so far.

    As soon as five people are waiting to be counted, they form a group.
    """
    made: list[Block] = []
    waiting: dict[Stratum, list[Person]] = defaultdict(list)
    for each in people:
        waiting[each.stratum].append(each.person)
        if len(waiting[each.stratum]) == LEAST:
            made.append(block(each.stratum, waiting.pop(each.stratum), NOVEMBER))
        yield list(made)


def numbers(made: Sequence[Block]) -> Numbers:
    """Return every number in every table of figures."""
    found = {}
    for table in tables(made):
        for row in table.rows:
            where = f"{table.measure} by {table.by} {row.of}"
            found |= {f"{where}: {name}": count for name, count in row.counts.items()}
    return found


def shown(people: Sequence[object]) -> Pages:
    return [numbers(made) for made in blocks([each for each in people if isinstance(each, Ended)])]


def saying(people: Sequence[Ended]) -> Callable[[int], Iterator[tuple[Hashable, object]]]:
    """Return a function that lists everything about one person that counts in the figures."""

    def says(number: int) -> Iterator[tuple[Hashable, object]]:
        person = people[number].person
        yield "came", replace(people[number], person=replace(person, came=Came.ONE))
        for place, piece in enumerate(person.pieces):
            for what in (replace(piece, in_time=InTime.READ), replace(piece, answered=Answered.TWO)):
                pieces = (*person.pieces[:place], what, *person.pieces[place + 1 :])
                yield (
                    (piece.activity, what.answered),
                    replace(people[number], person=replace(person, pieces=pieces)),
                )

    return says


@settings(max_examples=30)
@given(endings)
def test_nobody_can_be_identified_from_all_figures_ever_shown(people: list[Ended]) -> None:
    assert seen_by(shown, people, saying(people)) is None


def counted(people: Sequence[Ended], keep: Callable[[str, int], bool]) -> Numbers:
    """Return how much work was submitted and read, by activity and in total.

    If too few people contribute to a number, ``keep`` returns False, and the number is left out.
    """
    totals: dict[str, int] = defaultdict(int)
    behind: dict[str, int] = defaultdict(int)
    for each in people:
        for piece in each.person.pieces:
            for name in {piece.activity, "in all"}:
                totals[name] += piece.in_time is InTime.READ
                behind[name] += name != "in all"
        behind["in all"] += 1
    return {name: count for name, count in totals.items() if keep(name, behind[name])}


def careless(keep: Callable[[str, int], bool]) -> Callable[[Sequence[object]], Pages]:
    def shown(people: Sequence[object]) -> Pages:
        ended = [each for each in people if isinstance(each, Ended)]
        return [counted(ended[:many], keep) for many in range(len(ended) + 1)]

    return shown


EPSOM = Stratum("epsom", "five-sessions", 1)
SEVEN = [Ended(EPSOM, silent(["a", "b"] if number < 2 else ["a"])) for number in range(7)]


def test_updating_the_figures_whenever_a_programme_ends_would_let_an_attacker_identify_people() -> None:
    """An attacker can work out a withheld number by subtracting the other numbers from the total."""
    found = seen_by(careless(lambda _, behind: behind >= LEAST), SEVEN, saying(SEVEN))
    assert found and len(found) < LEAST
    once = [counted(SEVEN, lambda _, behind: behind >= LEAST)]
    assert set(once[0]) == {"a", "in all"}
    only_now = careless_once(lambda _, behind: behind >= LEAST)
    assert seen_by(only_now, SEVEN, saying(SEVEN)) == {0, 1}


def careless_once(keep: Callable[[str, int], bool]) -> Callable[[Sequence[object]], Pages]:
    """Return a function that calculates the figures once and shows them all on one page."""
    return lambda people: [counted([each for each in people if isinstance(each, Ended)], keep)]


@given(endings, st.randoms(use_true_random=False))
def test_figures_do_not_depend_on_the_order_of_people_in_a_group(
    people: list[Ended], chance: random.Random
) -> None:
    places: Mapping[Stratum, list[int]] = defaultdict(list)
    for number, each in enumerate(people):
        places[each.stratum].append(number)
    mixed = list(people)
    for numbers_of in places.values():
        for start in range(0, len(numbers_of) - len(numbers_of) % LEAST, LEAST):
            five = numbers_of[start : start + LEAST]
            for here, there in zip(five, chance.sample(five, LEAST), strict=True):
                mixed[here] = people[there]
    assert shown(mixed) == shown(people)


@given(endings)
def test_every_figure_covers_at_least_five_people(
    people: list[Ended],
) -> None:
    before: dict[tuple[str, str, str], int] = {}
    for made in blocks(people):
        now = {(t.measure, t.by, row.of): row.people for t in tables(made) for row in t.rows}
        assert all(many - before.get(where, 0) in (0, *range(LEAST, 100)) for where, many in now.items())
        before = now
