"""Files that survive a power cut complete."""

import os
from pathlib import Path

OWNER_ALONE, ALL_MAY_READ = 0o600, 0o644


def write_new(path: Path, text: str, mode: int = OWNER_ALONE) -> None:
    """Write a file, and return once it is on disk. Raise ``FileExistsError``."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ALONE)
    with os.fdopen(descriptor, "w") as file:
        os.fchmod(file.fileno(), mode)  # whatever the umask
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Return once files added, renamed or removed in the folder are on disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
