"""Benchmark the cost of the audit, encryption and drafts when saving an answer.

The benchmarks replace functions of Companion, because no setting switches off the audit, encryption or
drafts. The figures are processor times, because elapsed times depend mostly on the disk.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, cast
from uuid import UUID

import msgspec
from tink import aead

from companion.services.work import answer_drafts, answers
from companion.services.work.answer_drafts import AnswerForm
from companion.store.keys import Box, Keys
from tests.bench.activity import set_and_answered, taken_in, walks
from tests.bench.audit import without_audit
from tests.bench.frame import Bench, Contender, Row, timed
from tests.bench.portal import Portal
from tests.bench.saving import PROMPT, words
from tests.people import Participant

TURNS, SAVES = 20, 20


class Plain(Box):
    """A replacement for ``Box`` that returns values as plain JSON instead of encrypting them."""

    def seal(self, column: str, row: UUID, value: Any) -> bytes:
        """Return the value as JSON, without encrypting it."""
        return msgspec.json.encode(value)

    def open(self, column: str, row: UUID, sealed: bytes) -> Any:
        """Return the value that this JSON encodes."""
        return msgspec.json.decode(sealed)


def _plain(_keys: Keys, owner: str) -> Box:
    return Plain(owner, cast(aead.Aead, None))


def _all_plain(keys: Keys, owners: Iterable[str]) -> dict[str, Box]:
    return {owner: _plain(keys, owner) for owner in owners}


@contextmanager
def without_encryption() -> Iterator[None]:
    """Inside this context, Companion encrypts nothing, but still calculates keyed hashes."""
    before = Keys.box, Keys.boxes
    Keys.box, Keys.boxes = _plain, _all_plain  # type: ignore[method-assign]  # encryption is removed here
    try:
        yield
    finally:
        Keys.box, Keys.boxes = before  # type: ignore[method-assign]  # encryption is restored here


class Writer:
    """A participant who keeps answering the same question in a long conversation."""

    def __init__(self, participant: Participant, work_id: UUID) -> None:
        self._participant, self._work_id, self._seen = participant, work_id, 1

    def saves(self) -> None:
        typed = AnswerForm(PROMPT, self._seen, 0, "one", {"answer": [words(self._seen + 1)]})
        answers.send_answer(self._participant.actor, self._work_id, typed, "answered")
        self._seen += 1

    def types_and_saves(self) -> None:
        """Save a draft, as the page does, and then send the answer."""
        draft = AnswerForm(PROMPT, self._seen, 0, "one", {"answer": [words(self._seen + 1)[:-3]]})
        answer_drafts.save_draft(self._participant.actor, self._work_id, draft)
        self.saves()

    def check(self) -> None:
        """Raise ``ValueError`` if an answer that was reported as saved isn't stored."""
        if (stored := self._participant.work(self._work_id).answers[PROMPT].revision) != self._seen:
            raise ValueError(f"{self._seen} answers were called saved, and {stored} are stored")


def sharing(place: Portal, plain: Portal) -> Bench:
    """Return the benchmark in which one participant saves answers.

    ``plain`` is a separate portal that contains no encrypted data.
    """
    whole = _writer(place)
    with without_encryption():
        bare = _writer(plain)

    def measured(
        name: str, who: Writer, act: Callable[[], None], meanwhile: Callable[[], AbstractContextManager[None]]
    ) -> Contender:
        def measure() -> float:
            with meanwhile():
                took = timed(act, times=SAVES, scale=1000, clock=time.thread_time)()
                who.check()
                return took

        return Contender(f"{name}, processor", "ms", measure)

    saved = measured("an answer of 20 saved, whole", whole, whole.saves, nullcontext)
    others = [
        measured("the same without audit, of 20", whole, whole.saves, without_audit),
        measured("the same without encryption, of 20", bare, bare.saves, without_encryption),
        measured("the same with a draft before it, of 20", whole, whole.types_and_saves, nullcontext),
    ]
    ratios = [Row(each.name, saved.name) for each in others]
    return Bench([saved, *others], [*(Row(each.name) for each in (saved, *others)), *ratios])


def _writer(place: Portal) -> Writer:
    return Writer(place.cast.sam, set_and_answered(place.cast.sam, taken_in(place, walks(TURNS))))
