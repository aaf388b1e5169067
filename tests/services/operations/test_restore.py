"""Test which restores are refused and what a restore reports. Test that a restore brings back no erased
people.
"""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine, MetaData, inspect, select

from companion.config import BadSetting, Settings
from companion.domain.schema_state import SchemaState
from companion.services.operations import row_bindings
from companion.store import keys
from companion.store.base import one_moment
from companion.store.keys import DataKey
from companion.store.operations.backups import BadBackup, sealed_file
from companion.store.operations.backups.copy import BackupFacts, write_copy
from companion.store.operations.migrations import MAIN, History
from companion.store.records.erased_list import ErasedList
from tests.backups import Rehearsal
from tests.cast import Cast
from tests.fixtures import Clock
from tests.rotated import rotates_wrapping
from tests.services.operations.backed_up import CHANGED, NOT_YET
from tests.services.records.test_erasure import is_wiped
from tests.stored import stored


def test_restoring_an_older_backup_does_not_bring_back_erased_people(
    cast: Cast, rehearsal: Rehearsal, clock: Clock
) -> None:
    cast.sam.writes("Mine alone.")
    made = rehearsal.makes(cast.store, clock.now)
    clock.forward(days=2)
    cast.margaret.erases(cast.sam, rehearsal.noted)
    later = rehearsal.makes(cast.store, clock.now)
    with rehearsal.restored(rehearsal.elsewhere("later_keys"), replace(made, keys=later.keys), clock.now) as (
        store,
        _,
    ):
        # the newer keys don't contain this participant's key
        assert is_wiped(store, cast.sam)
    there, his = rehearsal.elsewhere(), keys.participant(cast.sam.viewer.account_id)
    with pytest.raises(BadBackup, match="There is no list of who was erased"):
        rehearsal.fills(there, made.words, made.keys, None)
    kept = rehearsal.noted.path.read_bytes()
    rehearsal.fills(there, made.words, made.keys, kept)
    engine = keys_engine(there)
    with (
        engine.connect() as connection
    ):  # the key must be correct even before the restored databases are opened
        assert connection.scalar(select(DataKey.wrapped).where(DataKey.owner == his)) is None
    engine.dispose()
    with rehearsal.restored(rehearsal.elsewhere("again"), made, clock.now, kept) as (store, proved):
        assert is_wiped(store, cast.sam) and proved.erased_again == 1 and proved.sample.shut == ()
        assert (
            cast.sam.viewer.account_id in ErasedList.at(rehearsal.folder / "again").found(store.keys).accounts
        )


def keys_engine(there: Settings) -> Engine:
    from companion.store.base import open_engine

    return open_engine(there.keys_url)


def test_a_restore_reports_an_outdated_list_of_erased_people(
    cast: Cast, rehearsal: Rehearsal, clock: Clock
) -> None:
    cast.margaret.erases(cast.sam, rehearsal.noted)
    made = rehearsal.makes(cast.store, clock.now)
    filled = rehearsal.fills(rehearsal.elsewhere(), made.words, made.keys, b"{}\n")
    assert (filled.missing, filled.damaged) == (1, 1)


def test_a_backup_is_never_restored_over_existing_data(
    cast: Cast, rehearsal: Rehearsal, clock: Clock
) -> None:
    assert cast.sam
    made = rehearsal.makes(cast.store, clock.now)
    before = stored(cast.store)
    with pytest.raises(BadBackup, match="A backup is put into an empty place only"):
        rehearsal.fills(rehearsal.settings, made.words, made.keys)
    assert stored(cast.store) == before


def test_backup_files_that_do_not_belong_together_are_refused(
    cast: Cast, rehearsal: Rehearsal, clock: Clock, tmp_path: Path
) -> None:
    made, there = rehearsal.makes(cast.store, clock.now), rehearsal.elsewhere()
    with pytest.raises(BadBackup, match="is not the file of the words, but the other one"):
        rehearsal.fills(there, made.keys, made.words)
    forged = rehearsal.folder / "forged"
    forged.mkdir()
    facts = BackupFacts("0badf00d", clock.now, "0:", 0, b"")
    with (
        cast.store.reading() as tx,
        sealed_file.new_file(forged, rehearsal.recipient, "words", "0badf00d", clock.now) as (path, file),
    ):  # anybody who has the public key can encrypt a file
        write_copy(file, "words", tx.connection(), MAIN, facts, b"another secret")
    with pytest.raises(BadBackup, match="not of the same installation"):
        rehearsal.fills(there, path, made.keys)
    there.wrapping_key_file.unlink()
    with pytest.raises(BadSetting, match="The wrapping key cannot be read"):
        rehearsal.fills(there, made.words, made.keys)


def test_restoring_with_another_wrapping_key_is_refused(
    cast: Cast, rehearsal: Rehearsal, clock: Clock
) -> None:
    made = rehearsal.makes(cast.store, clock.now)
    rotates_wrapping(cast)
    rotates_wrapping(cast)
    with pytest.raises(BadBackup, match="does not open these keys"):
        rehearsal.fills(rehearsal.elsewhere(), made.words, made.keys)


class AtNext(History):
    """The migration history of a later version of Companion."""

    def revision(self, connection: object) -> str:
        return "9999"


def made_at(history: History, cast: Cast, rehearsal: Rehearsal, clock: Clock) -> Path:
    """Back up a records database that has these migrations, and return the backup's path."""
    secret = cast.store.keys.secret("service:audit")
    facts = BackupFacts("00c0ffee", clock.now, "0:", 0, b"")
    with (
        one_moment(cast.store._engine) as connection,
        sealed_file.new_file(
            rehearsal.places.words, rehearsal.recipient, "words", facts.backup, clock.now
        ) as (path, file),
    ):
        write_copy(file, "words", connection, history, facts, secret)
    return path


def test_a_newer_versions_backup_is_refused(
    cast: Cast, rehearsal: Rehearsal, clock: Clock, settings: Settings
) -> None:
    cast.owen.writes("Can we meet later?")
    made = rehearsal.makes(cast.store, clock.now)
    before = stored(cast.store, *CHANGED, *NOT_YET)
    newer = made_at(AtNext("main", MAIN.metadata), cast, rehearsal, clock)
    with pytest.raises(BadBackup, match="was made by a newer version of Companion"):
        rehearsal.fills(rehearsal.elsewhere("newer"), newer, made.keys)
    engine = cast.store._engine
    MAIN.downgrade(engine, "0019")
    clock.forward(minutes=1)
    older = made_at(History("main", as_it_stands(engine)), cast, rehearsal, clock)
    MAIN.upgrade(engine)
    with rehearsal.restored(rehearsal.elsewhere("older"), replace(made, words=older), clock.now) as (
        store,
        _,
    ):
        assert store.standing() is SchemaState.CURRENT and stored(store, *CHANGED, *NOT_YET) == before
        assert row_bindings.changed(store) == []


def as_it_stands(engine: Engine) -> MetaData:
    """Return the tables as the models define them, but only with columns that this database has."""
    now, there = MetaData(), inspect(engine)
    for table in MAIN.metadata.sorted_tables:
        if there.has_table(table.name):
            names = {each["name"] for each in there.get_columns(table.name)}
            copied = table.to_metadata(now)
            for column in [each for each in copied.columns if each.name not in names]:
                copied._columns.remove(column)
    return now
