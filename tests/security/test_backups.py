"""Test what an attacker can do with a backup that they have found or changed."""

import hashlib
import os
import random
import resource
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from companion.config import BadSetting
from companion.services.operations.backup import Made
from companion.store.base import DatabaseUnavailable
from companion.store.operations.backups import BadBackup
from companion.store.operations.backups.copy import Copy
from companion.store.operations.backups.recipient import make_pair, read_private, read_public
from companion.store.operations.backups.sealed_file import CHECKSUM, MAGIC, SealedFile
from companion.store.operations.open_databases import open_store
from tests.backups import Rehearsal
from tests.cast import Cast
from tests.fixtures import Clock

SAMPLED = 40
"""How many random bytes to change in each file, besides fixed ones such as the first and last."""


@pytest.fixture
def made(cast: Cast, rehearsal: Rehearsal, clock: Clock) -> Made:
    cast.sam.writes("Can we meet later?")
    return rehearsal.makes(cast.store, clock.now)


def reads(path: Path, rehearsal: Rehearsal) -> int:
    """Read a backup file with the private key, and return the number of rows."""
    file = SealedFile(path)
    file.require_whole()
    return Copy(file, rehearsal.holder).read().rows


def changed(whole: bytes, at: int) -> bytes:
    return whole[:at] + bytes([whole[at] ^ (1 << (at % 8))]) + whole[at + 1 :]


def with_its_checksum(data: bytes) -> bytes:
    """Return the data with its checksum recalculated."""
    body = data[:-CHECKSUM]
    return body + hashlib.sha256(body).digest()


def test_a_backup_with_any_changed_byte_is_refused(made: Made, rehearsal: Rehearsal) -> None:
    for path in (made.words, made.keys):
        whole, at = path.read_bytes(), random.Random(8)
        assert reads(path, rehearsal) > 5
        places = {0, len(MAGIC), len(MAGIC) + 40, len(whole) - CHECKSUM - 1, len(whole) - 1}
        for place in sorted(places | {at.randrange(len(whole)) for _ in range(SAMPLED)}):
            for data in (changed(whole, place), with_its_checksum(changed(whole, place))):
                path.write_bytes(data)
                # if only the checksum was changed, correcting the checksum restores the original file
                if data != whole:
                    with pytest.raises(BadBackup):
                        reads(path, rehearsal)
        path.write_bytes(whole)


def test_a_backup_that_was_cut_short_or_extended_is_refused(
    made: Made, rehearsal: Rehearsal, cast: Cast
) -> None:
    whole = made.words.read_bytes()
    for length in (1, 5, len(MAGIC), 200, 3000, len(whole) // 2, len(whole) - CHECKSUM, len(whole) - 1):
        again = with_its_checksum(whole[: length - 1] + bytes(CHECKSUM))
        for data in (whole[:length], again, whole + b"more"):
            made.words.write_bytes(data)
            with pytest.raises(BadBackup):
                reads(made.words, rehearsal)


def test_a_backup_cannot_be_opened_without_its_private_key(
    made: Made, rehearsal: Rehearsal, tmp_path: Path
) -> None:
    other = tmp_path / "public", tmp_path / "private"
    make_pair(*other)
    with pytest.raises(BadBackup, match="is sealed for recipient"):
        Copy(SealedFile(made.words), read_private(other[1])).read()
    with pytest.raises(BadBackup, match="is no private half"):
        read_private(rehearsal.public)
    with pytest.raises(BadBackup, match="is the private half"):
        read_public(rehearsal.private)
    for half in (rehearsal.public, rehearsal.private):
        half.write_text("{}")
    with pytest.raises(BadBackup, match="is no public half"):
        read_public(rehearsal.public)


def test_no_backup_file_contains_both_records_and_keys(made: Made, rehearsal: Rehearsal) -> None:
    """Decrypt the backup files with the private key, and search the contents."""
    inside = {path: rehearsal.opened(path) for path in (made.words, made.keys)}
    with open_store(rehearsal.settings).keys.engine.connect() as keys:
        wrapped = [row[0] for row in keys.exec_driver_sql("SELECT wrapped FROM data_keys")]
    assert len(wrapped) > 6
    assert all(bytes(each) in inside[made.keys] and bytes(each) not in inside[made.words] for each in wrapped)
    key = rehearsal.settings.wrapping_key_file.read_text().split('"value":"')[1].split('"')[0]
    for path, data in inside.items():
        assert key.encode() not in data and key.encode() not in path.read_bytes()
        assert (path.stat().st_mode & 0o777) == 0o600


def test_a_private_key_can_be_read_only_by_its_owner(
    tmp_path: Path,
) -> None:
    halves = tmp_path / "public", tmp_path / "private"
    before = os.umask(0o077)
    try:
        make_pair(*halves)
    finally:
        os.umask(before)
    assert [each.stat().st_mode & 0o777 for each in halves] == [0o644, 0o600]


def in_a_process_with_room_for(size: int, act: Callable[[], object], refused: type[Exception]) -> bool:
    """Try the action on a full disk, and return whether it raises the exception class ``refused``."""
    child = os.fork()
    if not child:
        code = 1
        try:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, most))
            act()
        except refused:
            code = 0
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_a_backup_on_a_full_disk_leaves_no_half_written_file(
    cast: Cast, rehearsal: Rehearsal, clock: Clock
) -> None:
    assert cast.sam
    cast.store.close()

    assert in_a_process_with_room_for(
        50_000, lambda: rehearsal.makes(open_store(rehearsal.settings), clock.now), OSError
    )
    # the key store's backup is complete, because it is small enough for the disk
    assert rehearsal.files() == ["companion-keys.backup"]


@pytest.mark.embedded
@pytest.mark.parametrize("room", [50_000, 1_000_000])
def test_a_restore_that_failed_on_a_full_disk_can_be_repeated(
    made: Made, rehearsal: Rehearsal, room: int
) -> None:
    there = rehearsal.elsewhere()
    assert in_a_process_with_room_for(room, lambda: rehearsal.fills(there, made.words, made.keys), BadBackup)
    with pytest.raises((DatabaseUnavailable, BadSetting)):
        open_store(there)
    rehearsal.fills(there, made.words, made.keys)
