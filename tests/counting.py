"""Count the SQL statements that run during a test."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from companion.store.base import Store


@contextmanager
def counted(store: Store) -> Iterator[list[str]]:
    """Inside this context, collect the SQL statements that run on the main database."""
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        found.append(statement)

    event.listen(store._engine, "before_cursor_execute", note)
    yield found
    event.remove(store._engine, "before_cursor_execute", note)
