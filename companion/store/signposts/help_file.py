"""The file with the signposts.

The help page reads only this file, and works while the database is down.
"""

import fcntl
import logging
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from companion.domain.signposts.signposts import BadSignposts, Directory, from_json, to_json

log = logging.getLogger(__name__)

Mark = tuple[int, int, int] | None
"""The file's modification time, size and inode. Companion reads the file again when its modification time,
size or inode changes.
"""


class Snapshot:
    """The signposts in the data folder's ``help/signposts.json``.

    If the file is missing or damaged, Companion's built-in signposts are used.
    """

    def __init__(self, home: Path, shipped: Directory) -> None:
        self.path = home / "help" / "signposts.json"
        self._shipped = shipped
        self._held: tuple[Mark, Directory] | None = None

    def directory(self) -> Directory:
        """Return the help file's signposts, or the built-in signposts if the file can't be read."""
        mark, held = self._mark(), self._held
        if held is None or held[0] != mark:
            self._held = held = mark, self._read()
        return held[1]

    def write(self, directory: Directory) -> None:
        """Write all the signposts to the file. Do nothing if the signposts are unchanged.

        Raise ``OSError`` if writing fails. If writing fails, the old help file stays unchanged.
        """
        data = to_json(directory)
        if self.path.exists() and self.path.read_bytes() == data:
            return
        descriptor, name = tempfile.mkstemp(dir=self.path.parent)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.replace(name, self.path)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise

    @contextmanager
    def turn(self) -> Iterator[None]:
        """While the context is open, nobody else can write the file. Without this lock, a slow process could
        overwrite newer signposts with older ones.
        """
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self.path.parent / "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _mark(self) -> Mark:
        try:
            stat = self.path.stat()
        except OSError:
            return None
        return stat.st_mtime_ns, stat.st_size, stat.st_ino

    def _read(self) -> Directory:
        try:
            return from_json(self.path.read_bytes())
        except (OSError, BadSignposts) as error:
            log.warning(
                "the signposts are the shipped ones, since help/signposts.json cannot be read", exc_info=error
            )
            return self._shipped
