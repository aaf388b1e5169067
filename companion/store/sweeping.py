"""After something was destroyed in an embedded database: it must not lie in its write-ahead log either."""

from sqlalchemy import Engine


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
        busy, _frames, _taken = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        cursor.close()
    finally:
        raw.close()
    return not busy
