"""Files that must be there, whole, after a power cut."""

import os
from pathlib import Path


def write_new(path: Path, text: str) -> None:
    """Write a file that only its owner can read; it is on disk when this returns. Raises ``FileExistsError``."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
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
