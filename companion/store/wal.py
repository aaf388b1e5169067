"""After something was destroyed in an embedded database: it must not lie in its write-ahead log either."""

from sqlalchemy import Engine

MILLISECONDS = 1000
"""How long it waits for readers; nobody writes meanwhile, and a backup reads for long."""


def sweep(engine: Engine) -> bool:
    """Take the log into the file and empty it; the file itself overwrites what is deleted (``secure_delete``).

    Whether that could be done: somebody who reads at this moment keeps the log, until the next sweep.
    PostgreSQL has no such log to empty from here (docs/operations.md).
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
