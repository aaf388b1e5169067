"""Removing destroyed data from an embedded database's write-ahead log too."""

from sqlalchemy import Engine

MILLISECONDS = 1000
"""How long it waits for readers; nobody can write during that time, and a backup reads for long."""


def sweep(engine: Engine) -> bool:
    """Copy the log into the file and empty it; the file itself overwrites deleted data (``secure_delete``).

    Return whether that worked: a reader at this moment keeps the log until the next sweep. PostgreSQL has no log that
    could be emptied from here (docs/operations.md).
    """
    if engine.dialect.name != "sqlite":
        return True
    raw = engine.raw_connection()
    try:
        cursor = raw.cursor()
        (patience,) = cursor.execute("PRAGMA busy_timeout").fetchone()
        cursor.execute(f"PRAGMA busy_timeout = {MILLISECONDS}")
        busy, _frames, _taken = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        cursor.execute(f"PRAGMA busy_timeout = {patience}")
        cursor.close()
    finally:
        raw.close()
    return not busy
