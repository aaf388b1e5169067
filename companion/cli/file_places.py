"""Check the owners and permissions of the portal's files, and the free disk space."""

import shutil
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path

from sqlalchemy.engine import make_url

from companion.config import BadSetting, Settings
from companion.store.wrapping import wrapping_key

OTHERS = 0o077
MOST = 20_000
"""Companion checks the owners and permissions of at most this many files in a data folder."""


def of_the_key(settings: Settings) -> tuple[str, str]:
    """Look for a wrapping key that can't be read or is in a database's folder.

    Return an error message if the key can't be read, otherwise an empty string. Also return the path of the
    database folder that the key is in, or an empty string if the key isn't in a database folder.
    """
    try:
        wrapping_key(settings)
    except BadSetting as error:
        return str(error), ""
    if settings.wrapping_key:
        return "", ""
    above = settings.wrapping_key_file.resolve().parents
    return "", next((str(folder) for folder in _databases(settings) if folder.resolve() in above), "")


def open_to_others(settings: Settings) -> list[str]:
    """Return the portal's files and folders that other accounts on the machine can read or change.

    Return a file only if other accounts on the machine can open its folder. For the wrapping key's file,
    check only the file's own permissions, not the permissions of its folder.
    """
    key = settings.wrapping_key_file
    return [
        _named(path, settings)
        for path in _all(settings)
        if _mode(path) & OTHERS and (path.is_dir() or path == key or _mode(path.parent) & OTHERS)
    ]


def owned_by_others(settings: Settings) -> list[str]:
    """Return the files and folders that don't belong to the data folder's owner."""
    owner = settings.home.stat().st_uid if settings.home.exists() else None
    return [_named(path, settings) for path in _all(settings) if path.lstat().st_uid != owner]


def free(settings: Settings) -> dict[str, int]:
    """Return the number of free bytes on each disk, keyed by the name of a folder on the disk."""
    found: dict[int, tuple[str, int]] = {}
    for place in (settings.home, *_databases(settings)):
        with suppress(OSError):
            found.setdefault(place.stat().st_dev, (_named(place, settings), shutil.disk_usage(place).free))
    return dict(found.values())


def _databases(settings: Settings) -> list[Path]:
    """Return the folders that contain the embedded databases."""
    urls = (make_url(settings.database_url), make_url(settings.keys_url))
    return [Path(str(url.database)).parent for url in urls if url.drivername == "sqlite"]


def _all(settings: Settings) -> Iterator[Path]:
    for top in dict.fromkeys((settings.home, *_databases(settings))):
        if top == settings.home or settings.home not in top.parents:
            yield from (path for path in islice((top, *top.rglob("*")), MOST) if _is_plain(path))
    if settings.home not in settings.wrapping_key_file.parents and settings.wrapping_key_file.exists():
        yield settings.wrapping_key_file


def _is_plain(path: Path) -> bool:
    """Return whether the path exists and isn't a symbolic link."""
    return path.exists() and not path.is_symlink()


def _mode(path: Path) -> int:
    with suppress(OSError):
        return path.lstat().st_mode
    return 0


def _named(path: Path, settings: Settings) -> str:
    """Return the path relative to the data folder.

    If the path is outside the data folder, return the full path.
    """
    if path == settings.home:
        return "COMPANION_HOME"
    return str(path.relative_to(settings.home)) if settings.home in path.parents else str(path)
