"""Stop all writing to SQLite databases while their data is moved elsewhere. Delete a SQLite database's file
after the data has been moved to another database.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, MetaData

from companion.store.base import open_engine
from companion.store.wal import sweep
from companion.store.writer_queue import LOCK, NEXT


@dataclass(frozen=True)
class Stopped:
    """SQLite databases that are locked against writes by other processes."""

    engines: list[Engine]
    connections: list[Connection]

    def remove(self) -> None:
        """Overwrite all rows in the databases, and then delete the databases' files.

        Delete the tables before the files. Then a process that was waiting to write gets an error, instead of
        writing into a deleted file.
        """
        for engine, connection in zip(self.engines, self.connections, strict=True):
            there = MetaData()
            there.reflect(connection)
            there.drop_all(connection)  # SQLite overwrites freed pages (secure_delete)
            connection.commit()
            connection.close()
            sweep(engine)
            path = Path(str(engine.url.database))
            for each in (path, *(path.with_name(path.name + end) for end in ("-wal", "-shm", LOCK, NEXT))):
                each.unlink(missing_ok=True)


@contextmanager
def stop_writers(*urls: str) -> Iterator[Stopped]:
    """While the context is open, nobody else can write to the SQLite databases.

    Another process that tries to write to the locked databases gets an error after ten seconds. Raise the
    database's error if another process keeps a database locked for more than ten seconds.
    """
    with ExitStack() as stack:
        engines = [open_engine(url) for url in urls]
        connections = []
        for engine in engines:
            stack.callback(engine.dispose)
            connection = stack.enter_context(engine.connect().execution_options(writing=True))
            connection.begin()
            connections.append(connection)
        yield Stopped(engines, connections)
