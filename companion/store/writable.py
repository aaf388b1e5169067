"""Whether something can be saved, as far as that is seen without saving."""

import os
from pathlib import Path

from sqlalchemy import Engine, text

ROOM = 1 << 20
"""Bytes that are free where something can still be saved."""


def takes_writes(engine: Engine) -> bool:
    """Whether a database does; how full a server's disk is, is not seen.

    Raises ``DBAPIError``, and ``OSError`` where the folder of an embedded database cannot be looked at.
    """
    if engine.dialect.name == "sqlite":
        disk = _disk(engine)
        return not disk.f_flag & os.ST_RDONLY and disk.f_bavail * disk.f_frsize >= ROOM
    with engine.connect() as connection:
        return bool(connection.scalar(text("SHOW transaction_read_only")) == "off")


def is_read_only(engine: Engine) -> bool:
    """Whether the disk of an embedded database takes no writes. Raises ``OSError`` where it cannot be looked at."""
    return bool(_disk(engine).f_flag & os.ST_RDONLY)


def _disk(engine: Engine) -> os.statvfs_result:
    return os.statvfs(Path(str(engine.url.database)).parent)
