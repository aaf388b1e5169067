"""Files that must be there, whole, after a power cut."""

import os
from pathlib import Path

OWNER_ALONE, ALL_MAY_READ = 0o600, 0o644


def write_new(path: Path, text: str, mode: int = OWNER_ALONE) -> None:
    """Write a file; it is on disk when this returns. Raises ``FileExistsError``."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ALONE)
    with os.fdopen(descriptor, "w") as file:
        os.fchmod(file.fileno(), mode)  # whatever the umask
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """What was added, renamed or removed in the folder is on disk when this returns."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
