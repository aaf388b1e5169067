"""Whether data can be saved, as far as that shows without saving."""

import os
from pathlib import Path

from sqlalchemy import Engine, text

ROOM = 1 << 20
"""Free bytes needed to save something."""


def takes_writes(engine: Engine) -> bool:
    """Whether a database can save; a server's free disk space isn't visible.

    Raise ``DBAPIError``, and ``OSError`` if an embedded database's folder can't be examined.
    """
    if engine.dialect.name == "sqlite":
        disk = _disk(engine)
        return not disk.f_flag & os.ST_RDONLY and disk.f_bavail * disk.f_frsize >= ROOM
    with engine.connect() as connection:
        return bool(connection.scalar(text("SHOW transaction_read_only")) == "off")


def is_read_only(engine: Engine) -> bool:
    """Whether an embedded database's disk is read-only. Raise ``OSError`` if it can't be examined."""
    return bool(_disk(engine).f_flag & os.ST_RDONLY)


def _disk(engine: Engine) -> os.statvfs_result:
    return os.statvfs(Path(str(engine.url.database)).parent)
