"""Test that comparing a lead's pages over time identifies nobody."""

from collections.abc import Hashable, Iterator, Sequence
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from companion.domain.enrolments.pathway import PathwayState
from companion.domain.evaluation.evaluation import Evaluation
from companion.services.evaluation import count, give
from companion.store import audit
from companion.store.accounts.passphrases import Hasher
from companion.store.base import Transaction
from companion.store.enrolments.enrolments import Enrolment, EnrolmentStepRow
from companion.store.evaluation import evaluation, figures
from companion.store.work.rows import SubmissionRow, WorkRow
from tests.by_hand import by_hand
from tests.cast import Cast
from tests.domain.attacker import Numbers, Pages, seen_by
from tests.domain.evaluation import test_evaluation_differencing, test_figures_differencing
from tests.leavers import Leavers
from tests.people import Participant


def test_nobody_can_be_identified_from_the_evaluation(cast: Cast) -> None:
    def shown(people: Sequence[object]) -> Pages:
        with by_hand(cast.store, cast.now) as tx:
            pages = []
            for each in people:
                assert isinstance(each, Evaluation)
                evaluation.add_waiting(tx, each)
                give.gather_within(tx)
                pages.append(test_evaluation_differencing.numbers(evaluation.batches(tx)))
        return pages

    silent = [test_evaluation_differencing.SILENT] * 7
    assert [bool(page) for page in shown(silent)] == [False] * 4 + [True] * 3
    assert seen_by(shown, silent, test_evaluation_differencing.says) is None


class Past:
    """Eight people at two sites who finished the programme on consecutive days."""

    def __init__(self, cast: Cast, leavers: Leavers) -> None:
        self.cast = cast
        self.people: list[Participant] = []
        self.work: list[list[UUID]] = []
        for number in range(8):
            who = leavers.arrives(site=1 if number == 3 else 0)
            slugs = ["a-week-of-choices", "hopes-and-fears"][: 1 if number == 4 else 2]
            self.work.append([cast.priya.sets(who, slug) for slug in slugs])
            self.people.append(leavers.leaves(who))

    def shown(self, people: Sequence[object]) -> Pages:
        """Record one event per person. Then count one person at a time, and return the figures that a lead
        sees after each.
        """
        pages = []
        with by_hand(self.cast.store, self.cast.now) as tx:
            for number, happened in enumerate(people):
                self._ended(tx, number)
                if happened == "came":
                    tx.by = self.people[number].viewer
                    audit.record(tx, audit.Event.SIGNED_IN)
                elif happened is not None:
                    self._hands_in(tx, happened)
            tx.flush()
            for number in range(len(people)):
                count.count_within(tx, self.cast.now + timedelta(days=28 + number))
                pages.append(self._numbers(tx))
        return pages

    def says(self, number: int) -> Iterator[tuple[Hashable, object]]:
        yield "came", "came"
        for work_id in self.work[number]:
            yield work_id, work_id

    def _ended(self, tx: Transaction, number: int) -> None:
        day = (self.cast.now + timedelta(days=number)).date()
        of_his = (
            EnrolmentStepRow.enrolment_id == self.people[number].enrolment_id,
            EnrolmentStepRow.state == PathwayState.COMPLETED,
        )
        for row in tx.scalars(select(EnrolmentStepRow).where(*of_his)):
            row.day = day
        tx.flush()

    def _hands_in(self, tx: Transaction, work_id: object) -> None:
        assert isinstance(work_id, UUID)
        now = self.cast.now
        row = SubmissionRow(id=uuid4(), work_id=work_id, round=1, submitted_at=now, said=b"", to_talk=0)
        row.read_at = row.outcome_at = now
        tx.add(row)

    def _numbers(self, tx: Transaction) -> Numbers:
        return test_figures_differencing.numbers(figures.blocks(tx))


@pytest.fixture
def past(cast: Cast, hasher: Hasher) -> Past:
    return Past(cast, Leavers(cast, hasher))


def test_nobody_can_be_identified_from_the_figures_about_the_programme(cast: Cast, past: Past) -> None:
    nothing: list[object] = [None] * len(past.people)
    pages = past.shown(nothing)
    assert [bool(page) for page in pages] == [False] * 5 + [True] * 3
    assert seen_by(past.shown, nothing, past.says) is None
    with cast.store.reading() as tx:
        assert not tx.scalars(select(Enrolment.id).where(Enrolment.counted)).all()
        assert len(tx.scalars(select(WorkRow.id)).all()) == 15
