"""Remove deleted data from the write-ahead log of an embedded database."""

from sqlalchemy import Engine

MILLISECONDS = 1000
"""How long a sweep waits for readers.

Nobody can write during that time, so a sweep can't wait for a backup to end.
"""


def sweep(engine: Engine) -> bool:
    """Copy the write-ahead log into the database file and empty it. Return False if a reader prevents this.

    If a reader prevents this, the log stays until the next sweep. SQLite overwrites deleted data in the file
    (``secure_delete``). PostgreSQL has no log that could be emptied from here (docs/operations.md).
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
