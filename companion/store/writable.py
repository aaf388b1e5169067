"""Check whether a database can save data, without writing anything."""

import os
from pathlib import Path

from sqlalchemy import Engine, text

ROOM = 1 << 20
"""The number of bytes of free disk space that saving data needs."""


def takes_writes(engine: Engine) -> bool:
    """Return whether a database can save data. If the database is on a database server, Companion can't check
    how much space is free on the disk.

    Raise ``DBAPIError`` if a database server fails. Raise ``OSError`` if an embedded database's folder can't
    be examined.
    """
    if engine.dialect.name == "sqlite":
        disk = _disk(engine)
        return not disk.f_flag & os.ST_RDONLY and disk.f_bavail * disk.f_frsize >= ROOM
    with engine.connect() as connection:
        return bool(connection.scalar(text("SHOW transaction_read_only")) == "off")


def is_read_only(engine: Engine) -> bool:
    """Return whether an embedded database's disk is read-only.

    Raise ``OSError`` if the disk can't be examined.
    """
    return bool(_disk(engine).f_flag & os.ST_RDONLY)


def _disk(engine: Engine) -> os.statvfs_result:
    return os.statvfs(Path(str(engine.url.database)).parent)
