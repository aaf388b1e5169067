"""Test which facts about a person the statistics count, and what Companion stores for each group of people.

A block is a group of people who are counted together.
"""

from datetime import UTC, date, datetime, timedelta

import pytest

from companion.domain.enrolments.pathway import PathwayState
from companion.domain.evaluation.figure_tables import By, FigureTable, tables
from companion.domain.evaluation.figures import (
    OTHERS,
    Answered,
    Block,
    Came,
    InTime,
    Measure,
    Person,
    Piece,
    Stratum,
    block,
    came,
    ended,
    piece,
)

DUE = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
EPSOM, ELSEWHERE = Stratum("epsom", "five-sessions", 1), Stratum("bromsgrove", "five-sessions", 1)
NOVEMBER = date(2026, 11, 1)


def did(*activities: str, in_time: InTime = InTime.READ, came: Came = Came.ONE) -> Person:
    return Person(tuple(Piece(each, in_time, Answered.TWO) for each in activities), came)


def activities(made: Block) -> dict[str, int]:
    """Return how many people are counted for each activity."""
    return {atom.activity: atom.people for atom in made.atoms if atom.measure is Measure.IN_TIME}


def table(blocks: list[Block], measure: Measure, by: By) -> FigureTable:
    return next(each for each in tables(blocks) if (each.measure, each.by) == (measure, by))


@pytest.mark.parametrize(
    ("steps", "day"),
    [
        ([], None),
        ([PathwayState.REFERRED, PathwayState.CLOSED], None),
        ([PathwayState.REVIEWS], None),
        ([PathwayState.IN_PROGRAMME], None),
        ([PathwayState.IN_PROGRAMME, PathwayState.COMPLETED], 2),
        ([PathwayState.IN_PROGRAMME, PathwayState.COMPLETED, PathwayState.REVIEWS, PathwayState.CLOSED], 2),
        ([PathwayState.IN_PROGRAMME, PathwayState.ENDED_EARLY, PathwayState.IN_PROGRAMME], None),
        (
            [
                PathwayState.IN_PROGRAMME,
                PathwayState.ENDED_EARLY,
                PathwayState.IN_PROGRAMME,
                PathwayState.DIED,
            ],
            4,
        ),
    ],
)
def test_a_participants_programme_ends_when_they_leave_it_for_the_last_time(
    steps: list[PathwayState], day: int | None
) -> None:
    found = ended([(state, date(2026, 11, number)) for number, state in enumerate(steps, 1)])
    assert found == (day and date(2026, 11, day))


@pytest.mark.parametrize(
    ("submitted", "read", "answered", "expected"),
    [
        (None, None, None, (InTime.NOT, Answered.NONE)),
        (DUE, DUE + HOUR, DUE + DAY, (InTime.NOT, Answered.TWO)),
        (DUE - HOUR, None, None, (InTime.HANDED_IN, Answered.NONE)),
        (DUE - HOUR, DUE, DUE + 3 * DAY, (InTime.HANDED_IN, Answered.SEVEN)),
        (DUE - 9 * DAY, DUE - HOUR, DUE, (InTime.READ, Answered.FOURTEEN)),
        (DUE - DAY, DUE - HOUR, DUE + 14 * DAY, (InTime.READ, Answered.LATER)),
    ],
)
def test_figures_record_whether_work_was_submitted_in_time(
    submitted: datetime | None,
    read: datetime | None,
    answered: datetime | None,
    expected: tuple[InTime, Answered],
) -> None:
    assert piece("a-walk", DUE, submitted, read, answered) == Piece("a-walk", *expected)


def test_people_are_grouped_by_the_days_between_joining_and_their_next_sign_in() -> None:
    days = {0: Came.ONE, 1: Came.ONE, 2: Came.SEVEN, 8: Came.FOURTEEN, 15: Came.LATER}
    assert {number: came(DUE, DUE + number * DAY) for number in days} == days
    assert (came(DUE, None), came(None, None)) == (Came.NEVER, Came.NOT_JOINED)


def test_counting_fewer_than_five_people_together_is_refused() -> None:
    with pytest.raises(ValueError, match="too few"):
        block(EPSOM, [did("a")] * 4, NOVEMBER)


def test_activities_done_by_fewer_than_five_people_are_combined() -> None:
    people = [did("a", "b"), did("a", "c"), did("a", "d"), did("a", "e"), did("a", "")]
    assert activities(block(EPSOM, people, NOVEMBER)) == {"a": 5, OTHERS: 5}


def test_no_figure_on_activities_covers_fewer_than_five_people() -> None:
    people = [*[did("a", "b")] * 5, did("a", "c")]
    assert activities(block(EPSOM, people, NOVEMBER)) == {"a": 6, OTHERS: 6}
    assert activities(block(EPSOM, [did("a", "b"), *[did("a")] * 4], NOVEMBER)) == {OTHERS: 5}


def test_work_set_for_fewer_than_five_group_members_is_not_counted_in_the_groups_figures() -> None:
    made = block(EPSOM, [*[did("a")] * 4, did()], NOVEMBER)
    assert (activities(made), made.workers, made.people) == ({}, 0, 5)
    assert table([made], Measure.IN_TIME, By.ALL).rows == ()
    (row,) = table([made], Measure.CAME, By.ALL).rows
    assert (row.people, row.total) == (5, 5)


def test_figures_are_totalled_overall_by_site_and_by_activity() -> None:
    late = [did("a", "b", in_time=InTime.NOT)] * 5
    blocks = [block(EPSOM, [did("a")] * 5, NOVEMBER), block(ELSEWHERE, late, NOVEMBER)]
    (everybody,) = table(blocks, Measure.IN_TIME, By.ALL).rows
    assert (everybody.people, everybody.total, everybody.percent("read")) == (10, 15, 33)
    by_site = {row.of: row for row in table(blocks, Measure.IN_TIME, By.SITE).rows}
    assert {site: (row.people, row.total) for site, row in by_site.items()} == {
        "epsom": (5, 5),
        "bromsgrove": (5, 10),
    }
    by_activity = {row.of: row.people for row in table(blocks, Measure.IN_TIME, By.ACTIVITY).rows}
    assert by_activity == {"a": 10, "b": 5}
    (programme,) = table(blocks, Measure.CAME, By.PROGRAMME).rows
    assert (programme.of, programme.people) == ("five-sessions/1", 10)
