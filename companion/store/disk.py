"""Write files that are complete on disk even after a power cut."""

import os
from pathlib import Path

OWNER_ALONE, ALL_MAY_READ = 0o600, 0o644


def write_new(path: Path, text: str, mode: int = OWNER_ALONE) -> None:
    """Write a new file, and wait until the file is safely on disk.

    Raise ``FileExistsError`` if a file with the name exists.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ALONE)
    with os.fdopen(descriptor, "w") as file:
        os.fchmod(file.fileno(), mode)  # the umask doesn't apply to fchmod
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Wait until all changes to a folder are safely on disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
