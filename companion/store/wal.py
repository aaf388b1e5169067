"""Remove deleted data from an embedded database's write-ahead log."""

from sqlalchemy import Engine

MILLISECONDS = 1000
"""How long, in milliseconds, to wait at most for database readers when truncating the write-ahead log.

While Companion waits for readers to finish, nobody can write to the database.
"""


def sweep(engine: Engine) -> bool:
    """Copy the write-ahead log into the database file, and empty the log.

    Return False if a reader is still using the log. SQLite overwrites deleted data in the file
    (``secure_delete``). Companion can't empty PostgreSQL's write-ahead log (docs/operations.md).
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
