"""Test that nobody who finishes is counted twice, and that the published count goes up five at a time. Test
that the stored figures identify nobody.
"""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import event, inspect, select

from companion.domain.enrolments.pathway import PathwayState
from companion.domain.evaluation.figure_tables import By, FigureTable, tables
from companion.domain.evaluation.figures import Measure
from companion.services.evaluation import count
from companion.store import audit
from companion.store.accounts.passphrases import Hasher
from companion.store.base import Transaction
from companion.store.enrolments.enrolments import Enrolment
from companion.store.evaluation import figures
from companion.store.evaluation.figures import FigureBlockRow
from tests.cast import Cast
from tests.fixtures import Clock
from tests.leavers import Leavers
from tests.people import Participant


@pytest.fixture
def leavers(cast: Cast, hasher: Hasher) -> Leavers:
    return Leavers(cast, hasher)


def counts(cast: Cast) -> int:
    return count.count(cast.store, cast.now)


def shown(cast: Cast) -> dict[tuple[Measure, By], FigureTable]:
    with cast.store.reading() as tx:
        return {(table.measure, table.by): table for table in tables(figures.blocks(tx))}


def counted(cast: Cast, *people: Participant) -> list[bool]:
    with cast.store.reading() as tx:
        return [tx.get_one(Enrolment, who.enrolment_id).counted for who in people]


def signs_in(tx: Transaction, who: Participant) -> None:
    tx.at, tx.by = who.cast.now, who.viewer
    audit.record(tx, audit.Event.SIGNED_IN)


def test_a_group_of_five_people_is_counted_four_weeks_after_the_last_of_them_has_finished(
    cast: Cast, leavers: Leavers, clock: Clock
) -> None:
    people = [leavers.arrives() for _ in range(6)]
    for who in people[:2]:
        leavers.leaves(who)
    clock.forward(days=1)
    for who in people[2:]:
        leavers.leaves(who)
    clock.forward(days=27)
    assert counts(cast) == 0
    clock.forward(days=1)
    assert (counts(cast), counts(cast)) == (1, 0)
    done = counted(cast, *people)
    assert sum(done) == 5 and all(done[:2])
    (row,) = shown(cast)[Measure.CAME, By.ALL].rows
    assert (row.people, row.counts["not_joined"]) == (5, 5)
    assert shown(cast)[Measure.IN_TIME, By.ALL].rows == ()


def test_five_people_must_be_from_the_same_site_to_be_counted_together(
    cast: Cast, leavers: Leavers, clock: Clock
) -> None:
    for number in range(9):
        leavers.leaves(leavers.arrives(site=number % 2))
    clock.forward(days=28)
    assert counts(cast) == 1
    assert [row.of for row in shown(cast)[Measure.CAME, By.SITE].rows] == ["epsom"]
    leavers.leaves(leavers.arrives(site=1))
    clock.forward(days=28)
    assert counts(cast) == 1
    assert {row.of for row in shown(cast)[Measure.CAME, By.SITE].rows} == {"epsom", "bromsgrove"}


def test_a_participant_who_came_back_to_the_programme_is_not_counted_as_finished(
    cast: Cast, leavers: Leavers, clock: Clock
) -> None:
    people = list(leavers.many(4))
    again = leavers.leaves(leavers.arrives(), PathwayState.ENDED_EARLY)
    leavers.leaves(again, PathwayState.IN_PROGRAMME)
    clock.forward(days=28)
    assert counts(cast) == 0
    leavers.leaves(again)
    clock.forward(days=28)
    assert counts(cast) == 1 and all(counted(cast, *people, again))


def test_the_figures_count_work_that_was_submitted_or_read_or_missed(
    cast: Cast, leavers: Leavers, clock: Clock
) -> None:
    people = [leavers.arrives() for _ in range(5)]
    for number, who in enumerate(people):
        piece = cast.priya.sets(who, "a-week-of-choices")
        if number < 3:
            who.finishes(piece)
            submission = who.submits(piece)
            if number < 2:
                clock.forward(hours=1)
                cast.priya.releases(submission, whole="Thank you")
    cast.priya.sets(people[0], "hopes-and-fears")
    with cast.store.writing() as tx:
        signs_in(tx, people[0])
        tx.commit()
    clock.forward(days=4)
    for who in people:
        leavers.leaves(who)
    clock.forward(days=28)
    assert counts(cast) == 1
    found = shown(cast)
    (row,) = found[Measure.IN_TIME, By.ALL].rows
    assert (row.people, dict(row.counts)) == (5, {"read": 2, "handed_in": 1, "on_paper": 0, "not": 3})
    (row,) = found[Measure.ANSWERED, By.PROGRAMME].rows
    assert (row.of, row.counts["2"], row.counts["none"]) == ("five-sessions/1", 2, 4)
    assert [(row.of, row.people) for row in found[Measure.IN_TIME, By.ACTIVITY].rows] == [("", 5)]


def test_stored_figures_identify_nobody(cast: Cast, leavers: Leavers, clock: Clock) -> None:
    list(leavers.many(5))
    clock.forward(days=28)
    counts(cast)
    columns = {column.name for column in inspect(FigureBlockRow).columns}
    assert {name for name in columns if name.endswith("_id")} == {"programme_id"}
    with cast.store.reading() as tx:
        row = tx.scalars(select(FigureBlockRow)).one()
        entry = tx.scalars(select(audit.AuditEntry).where(audit.AuditEntry.event == "figures_counted")).one()
    assert row.month.day == 1
    assert (entry.subject_id, entry.enrolment_id, entry.actor_id) == (row.id, None, None)


def test_counting_more_people_needs_no_more_sql_statements(
    cast: Cast, leavers: Leavers, clock: Clock
) -> None:
    def statements() -> int:
        clock.forward(days=28)
        said: list[str] = []

        def note(*args: object) -> None:
            said.append(str(args[2]))

        event.listen(cast.store._engine, "before_cursor_execute", note)
        with cast.store.reading() as tx:
            people = [each.row for each in figures.uncounted(tx, lock=False)]
            figures.people(tx, people)
        event.remove(cast.store._engine, "before_cursor_execute", note)
        return len(said)

    list(leavers.many(1))
    few = statements()
    list(leavers.many(3))
    assert statements() == few


def test_two_background_workers_never_count_the_same_person_twice(
    cast: Cast, leavers: Leavers, clock: Clock
) -> None:
    list(leavers.many(5))
    clock.forward(days=28)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: counts(cast), range(2)))
    with cast.store.reading() as tx:
        assert [block.people for block in figures.blocks(tx)] == [5]
