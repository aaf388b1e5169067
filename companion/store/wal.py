"""Remove deleted data from an embedded database's write-ahead log."""

from sqlalchemy import Engine

MILLISECONDS = 1000
"""The number of milliseconds to wait for readers before giving up on emptying the log.

The wait is short, because nobody can write to the database while it lasts.
"""


def sweep(engine: Engine) -> bool:
    """Copy the write-ahead log into the database file, and then empty the log.

    If a reader prevents this, return False and leave the log until the next attempt. SQLite overwrites
    deleted data in the file (``secure_delete``). For PostgreSQL, Companion has no way to empty a log
    (docs/operations.md).
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
