"""Benchmark how much the audit slows down saving answers."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from uuid import UUID

from companion.content import starter_activities
from companion.services.authoring.drafts import take_in
from companion.services.work import answers
from companion.services.work.answer_drafts import AnswerForm
from companion.store import audit
from tests.bench.frame import Bench, Contender, Row, timed
from tests.cast import Cast
from tests.people import Participant

SAVES = 20
"""The number of answers that each writer saves in a round."""
AT_MOST = 1.5


class Writer:
    """A participant who keeps answering the same question."""

    def __init__(self, participant: Participant, work_id: UUID) -> None:
        self._participant, self._work_id = participant, work_id
        participant.answers(work_id, "the-week", "6")
        self._seen = participant.work(work_id).answers["the-week"].revision

    def saves(self) -> None:
        """Send one answer, as the conversation's page does."""
        answer = str(4 + self._seen % 2)
        typed = AnswerForm("the-week", self._seen, 0, "one", {"answer": [answer]})
        answers.send_answer(self._participant.actor, self._work_id, typed, "answered")
        self._seen += 1


@contextmanager
def without_audit() -> Iterator[None]:
    """Record no audit entries inside this context."""
    record = audit.record
    audit.record = lambda *_, **__: None
    try:
        yield
    finally:
        audit.record = record


def saving(cast: Cast) -> Bench:
    take_in(cast.store, starter_activities(), cast.now, shipped=True)
    people = cast.sam, cast.owen
    writers = [Writer(each, cast.priya.sets(each, "a-week-of-choices")) for each in people]

    def one() -> float:
        return timed(writers[0].saves, times=SAVES, scale=1000)()

    def both() -> float:
        def saves(writer: Writer) -> None:
            for _ in range(SAVES):
                writer.saves()

        start = time.perf_counter()
        with ThreadPoolExecutor(len(writers)) as pool:
            list(pool.map(saves, writers))
        return len(writers) * SAVES / (time.perf_counter() - start)

    def measured(act: Callable[[], float], audited: bool) -> Callable[[], float]:
        def measure() -> float:
            with nullcontext() if audited else without_audit():
                return act()

        return measure

    alone = Contender("an answer saved", "ms", measured(one, True))
    bare = Contender("the same without audit", "ms", measured(one, False))
    two = Contender("two writers at once, with audit", "a second", measured(both, True))
    two_bare = Contender("two writers at once, without audit", "a second", measured(both, False))
    return Bench(
        [alone, bare, two, two_bare],
        [
            *(Row(each.name) for each in (alone, bare, two, two_bare)),
            Row(alone.name, against=bare.name, at_most=AT_MOST),
            Row(two_bare.name, against=two.name, at_most=AT_MOST),
        ],
    )
