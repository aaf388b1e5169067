"""Test that the file with the signposts is either complete or absent. Test that a changed file is read again."""

import logging
import os
from pathlib import Path
from threading import Thread

import pytest
from msgspec.structs import replace

from companion.content import shipped_directory
from companion.domain.signposts.signposts import Directory, to_json
from companion.store.signposts.help_file import Snapshot

SHIPPED = shipped_directory()
SHORT = replace(SHIPPED, signposts=SHIPPED.signposts[:1])
SHORTER = replace(SHIPPED, signposts=())


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    return Snapshot(tmp_path, SHIPPED)


def written(snapshot: Snapshot, says: Directory) -> None:
    with snapshot.turn():
        snapshot.write(says)


def test_the_shipped_signposts_are_used_if_there_is_no_signposts_file(
    snapshot: Snapshot, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(3):
        assert snapshot.directory() == SHIPPED
    assert len(caplog.records) == 1 and "signposts.json cannot be read" in caplog.text


def test_every_process_immediately_uses_a_changed_signposts_file(snapshot: Snapshot, tmp_path: Path) -> None:
    other = Snapshot(tmp_path, SHIPPED)
    assert other.directory() == SHIPPED
    for says in (SHORT, SHORTER, SHORT):
        written(snapshot, says)
        assert snapshot.directory() == other.directory() == Snapshot(tmp_path, SHIPPED).directory() == says


def test_a_changed_signposts_file_is_noticed_even_if_the_clock_went_back(
    snapshot: Snapshot, tmp_path: Path
) -> None:
    written(snapshot, SHORT)
    os.utime(snapshot.path, (4e9, 4e9))
    assert snapshot.directory() == SHORT
    written(snapshot, SHORTER)
    assert snapshot.directory() == SHORTER
    os.utime(snapshot.path, (1e9, 1e9))
    assert snapshot.directory() == SHORTER


@pytest.mark.parametrize(
    "damaged", [b"", b"{}", b"\xff\xfe", to_json(SHORT)[:-9], b'{"format":2}', b"[" * 9999]
)
def test_a_damaged_signposts_file_is_ignored(
    snapshot: Snapshot, damaged: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    written(snapshot, SHORT)
    snapshot.path.write_bytes(damaged)
    assert snapshot.directory() == SHIPPED and snapshot.directory() == SHIPPED
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    written(snapshot, SHORT)
    assert snapshot.directory() == SHORT


def test_writing_the_same_signposts_again_does_not_touch_the_file(snapshot: Snapshot) -> None:
    written(snapshot, SHORT)
    before = snapshot.path.stat()
    written(snapshot, SHORT)
    after = snapshot.path.stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_the_previous_signposts_file_is_kept_if_it_cannot_be_replaced(
    snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(snapshot, SHORT)

    def fails(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(os, "replace", fails)
    with pytest.raises(OSError, match="no space left"):
        written(snapshot, SHORTER)
    assert snapshot.directory() == SHORT
    assert {path.name for path in snapshot.path.parent.iterdir()} == {"signposts.json", "lock"}


def test_only_the_owner_of_the_signposts_folder_can_read_it(snapshot: Snapshot) -> None:
    written(snapshot, SHORT)
    assert snapshot.path.parent.stat().st_mode & 0o077 == 0
    assert snapshot.path.stat().st_mode & 0o077 == 0


def test_nobody_ever_reads_a_half_written_signposts_file(snapshot: Snapshot, tmp_path: Path) -> None:
    written(snapshot, SHORT)
    # if the file were missing, this reader would show the shipped signposts
    nothing_else = Snapshot(tmp_path, SHORTER)

    def writes() -> None:
        for count in range(100):
            written(snapshot, SHIPPED if count % 2 else SHORT)

    writer = Thread(target=writes)
    writer.start()
    while writer.is_alive():
        assert nothing_else.directory() in (SHIPPED, SHORT)
    writer.join()
