"""Test that a move to PostgreSQL copies everything, and leaves no embedded database behind."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from companion.cli import moving
from companion.cli.doctor import examined
from companion.config import BadSetting, Settings
from companion.services.operations.restore import Filled, Proved
from companion.store import audit, people
from companion.store.accounts.sessions import WebSession
from companion.store.audit import AuditEntry
from companion.store.base import UNAVAILABLE
from companion.store.operations.backups import BadBackup
from companion.store.operations.embedded_files import stop_writers
from companion.store.operations.open_databases import open_store, prepare
from companion.store.people import Account
from companion.store.records.erased_list import ErasedList
from tests.cast import Cast
from tests.postgres import fresh_database, postgres_server

pytestmark = pytest.mark.embedded
CANARY = "A heron by the pond."


@pytest.fixture(scope="module")
def postgresql() -> Iterator[str]:
    with postgres_server() as url:
        yield url


@pytest.fixture
def there(settings: Settings, cast: Cast, postgresql: str) -> Settings:
    """Return settings for two empty PostgreSQL databases. Nothing has been moved yet: Sam's data is in the
    embedded databases.
    """
    cast.sam.tells(CANARY)
    main, keys = (fresh_database(postgresql, f"move_{kind}") for kind in ("main", "keys"))
    return replace(settings, database_url=main, keys_url=keys)


def nothing_wrong(_filled: Filled, proved: Proved) -> list[str]:
    return [] if proved.chain.broken_at is None and not proved.sample.shut else ["broken"]


def moves(there: Settings, cast: Cast) -> list[str]:
    return moving.to_postgresql(there, ErasedList.at(there.home), cast.now, nothing_wrong)


def test_a_move_to_postgresql_copies_every_record(there: Settings, cast: Cast) -> None:
    with cast.store.reading() as tx:
        before = {each.id: people.name(tx, each) for each in tx.scalars(select(Account))}
        entries = tx.scalar(select(func.count()).select_from(AuditEntry))
    assert moves(there, cast) == []
    store = open_store(there)
    with store.reading() as tx:
        assert {each.id: people.name(tx, each) for each in tx.scalars(select(Account))} == before
        assert (tx.scalar(select(func.count()).select_from(AuditEntry)) or 0) > (entries or 0)
        assert audit.verify(tx).broken_at is None
        assert tx.scalar(select(WebSession.id).where(WebSession.ended_at.is_(None)).limit(1)) is None
    store.close()
    assert there.left_behind == []
    for folder in ("data", "data-keys"):
        assert [path.name for path in (there.home / folder).iterdir()] == []


def test_a_failed_move_to_postgresql_removes_nothing(there: Settings, cast: Cast) -> None:
    def something_wrong(_filled: Filled, _proved: Proved) -> list[str]:
        return ["A value cannot be opened."]

    said = moving.to_postgresql(there, ErasedList.at(there.home), cast.now, something_wrong)
    assert said == ["A value cannot be opened."]
    assert len(there.left_behind) == 2 and cast.idris
    with pytest.raises(BadBackup, match="There is something in"):
        moves(there, cast)


def test_nobody_can_save_anything_during_the_move_to_postgresql(settings: Settings, cast: Cast) -> None:
    assert cast.sam
    raised: list[Exception] = []
    begun = threading.Event()

    def saves() -> None:
        begun.set()
        try:
            with cast.store.writing(cast.now) as tx:
                audit.record(tx, audit.Event.FIGURES_COUNTED)
                tx.commit()
        except Exception as error:
            raised.append(error)

    writer = threading.Thread(target=saves)
    with stop_writers(settings.database_url, settings.keys_url) as stopped:
        writer.start()
        begun.wait()
        stopped.remove()
    writer.join()
    assert len(raised) == 1 and isinstance(raised[0], UNAVAILABLE)
    assert settings.left_behind == [] and not Path(settings.home, "data", "companion.db").exists()


def test_after_a_move_nobody_can_recover_data_from_the_deleted_embedded_database(
    settings: Settings, cast: Cast, tmp_path: Path
) -> None:
    reference = cast.sam.reference.encode()
    data = settings.home / "data" / "companion.db"
    kept = tmp_path / "kept"
    kept.hardlink_to(data)  # the hard link simulates a disk from which somebody recovers a deleted file
    cast.store.sweep()
    assert reference in kept.read_bytes()
    cast.store.close()
    with stop_writers(settings.database_url, settings.keys_url) as stopped:
        stopped.remove()
    assert reference not in kept.read_bytes()


def test_setup_refuses_an_empty_postgresql_server_if_the_sqlite_databases_contain_data(
    there: Settings, cast: Cast
) -> None:
    with pytest.raises(BadSetting, match="Move it there with “companion move postgresql”"):
        prepare(there, cast.now)
    said = {each.about: each.says for each in examined(there, 1, cast.now)}
    assert (
        "“companion move postgresql”" in said["left behind"] and "“companion move postgresql”" in said["keys"]
    )
    assert "remove-embedded" not in said["left behind"]


def test_old_sqlite_files_can_be_removed_after_a_move_to_postgresql(there: Settings, cast: Cast) -> None:
    kept = there.home / "data" / "companion.db"
    aside = kept.read_bytes()
    moves(there, cast)
    kept.write_bytes(aside)
    assert there.left_behind == [kept]
    assert moving.remove_embedded(there) == 1 and there.left_behind == []


def test_databases_can_be_moved_only_from_sqlite_to_postgresql(
    settings: Settings, there: Settings, cast: Cast
) -> None:
    with pytest.raises(BadBackup, match="of PostgreSQL into the settings first"):
        moves(settings, cast)
    with pytest.raises(BadBackup, match="no embedded databases"):
        moves(replace(there, home=there.home / "elsewhere"), cast)
