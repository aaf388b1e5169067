"""A store whose transactions are never really committed."""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from datetime import datetime
from functools import cache

from companion.domain.people import Viewer
from companion.store.base import Store, Transaction


class Sandbox(Store):
    """A store that runs everything in one database transaction.

    The code under test commits and rolls back only savepoints inside this transaction.
    """

    def __init__(self, store: Store) -> None:
        super().__init__(store._engine, copy(store.keys), store._standing)
        self.keys.box = cache(store.keys.box)  # type: ignore[method-assign]  # opening a key takes longest
        self._connection = self._engine.connect().execution_options(writing=True)
        self._connection.begin()
        self._connection.begin_nested()

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        with Transaction(self._connection, self.keys) as tx:
            yield tx

    @contextmanager
    def writing(self, now: datetime | None = None, by: Viewer | None = None) -> Iterator[Transaction]:
        with Transaction(self._connection, self.keys) as tx:
            tx.at, tx.by = now, by
            yield tx

    def forget(self) -> None:
        self._connection.close()
