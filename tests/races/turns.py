"""Run two actions on one database at once.

Pause one action just before a given SQL statement while the other action continues.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.pool import NullPool

from companion.domain.refusals import Refused

PATIENCE_SECONDS = 60
LOOKS_EVERY = 0.005
WAITING = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)

Act = Callable[[], object]


def ended(act: Act) -> str:
    """Run an action, and return ``done`` or its error, such as ``NotAllowed erasure_held``."""
    try:
        act()
    except Refused as refusal:
        keys = [each.key for each in getattr(refusal, "problems", ())]
        return " ".join([type(refusal).__name__, getattr(refusal, "key", ""), *keys]).strip()
    except Exception as fault:
        return f"FAULT {type(fault).__name__} {getattr(getattr(fault, 'orig', None), 'sqlstate', '')} {fault}"
    return "done"


@dataclass
class _One:
    """An action that runs in a separate thread."""

    act: Act
    stops_before: int = 0
    sent: list[str] = field(default_factory=list)
    end: str = ""

    def __post_init__(self) -> None:
        self.stopped, self.goes_on = threading.Event(), threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        self.end = ended(self.act)
        self.stopped.set()

    def before_statement(self, words: str) -> None:
        self.sent.append(words)
        if len(self.sent) == self.stops_before:
            self.stopped.set()
            assert self.goes_on.wait(PATIENCE_SECONDS)


class Turns:
    """Runs two actions on a database at the same time, and decides when the first action pauses."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._watching = create_engine(engine.url, isolation_level="AUTOCOMMIT", poolclass=NullPool)

    def at_once(self, first: Act, other: Act, stops_before: int) -> tuple[str, str, list[str]]:
        """Return how each of the two actions ended, and the SQL statements that the first action ran.

        Pause the first action before its SQL statement number ``stops_before``. Continue the first action
        when the other action has finished or is waiting for a lock.
        """
        one, two = _One(first, stops_before), _One(other)
        with self._listening(one, two):
            one.thread.start()
            assert one.stopped.wait(PATIENCE_SECONDS)
            two.thread.start()
            self._until_done_or_waiting(two)
            one.goes_on.set()
            for each in (one, two):
                each.thread.join(PATIENCE_SECONDS)
                assert not each.thread.is_alive(), "it never came to an end"
        return one.end, two.end, one.sent

    def _until_done_or_waiting(self, two: _One) -> None:
        with self._watching.connect() as connection:
            deadline = time.monotonic() + PATIENCE_SECONDS
            while two.thread.is_alive() and not connection.scalar(WAITING):
                assert time.monotonic() < deadline
                two.thread.join(LOOKS_EVERY)

    @contextmanager
    def _listening(self, *those: _One) -> Iterator[None]:
        def before(_connection: object, _cursor: object, words: str, *_: Any) -> None:
            for each in those:
                if each.thread is threading.current_thread():
                    each.before_statement(words)

        event.listen(self._engine, "before_cursor_execute", before)
        try:
            yield
        finally:
            event.remove(self._engine, "before_cursor_execute", before)
