"""Test that a backup can be made while people are saving data. Test that people can read their data after a
restore.
"""

import threading
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, Engine, event, func, select, text

from companion import create_app
from companion.cli.audit import seal_now
from companion.domain.schema_state import SchemaState
from companion.services.operations import backup
from companion.store import audit, audit_head
from companion.store.audit import AuditEntry, Event
from companion.store.audit_head import Head
from companion.store.base import Store
from companion.store.messages.messages import MessageRow
from companion.store.operations.backups import BadBackup, rows, sealed_file
from companion.store.operations.migrations import KEYS, MAIN
from tests.backups import Rehearsal
from tests.cast import Cast
from tests.fixtures import Clock
from tests.services.operations.backed_up import CHANGED, a_week
from tests.stored import stored
from tests.visitor import Visitor


def test_a_restored_backup_contains_all_data(
    cast: Cast, rehearsal: Rehearsal, app: Flask, clock: Clock
) -> None:
    a_week(cast)
    Visitor(app).sign_in(cast, cast.owen)
    before = stored(cast.store, *CHANGED)
    made = rehearsal.makes(cast.store, clock.now)
    there = rehearsal.elsewhere()
    with rehearsal.restored(there, made, clock.now) as (store, proved):
        assert stored(store, *CHANGED) == before and store.standing() is SchemaState.CURRENT
        assert proved.chain.broken_at is None and proved.sample.shut == () and proved.erased_again == 0
        assert proved.sample.people == 7 and proved.sample.kinds > 8
        with store.reading() as tx:
            assert tx.scalar(select(func.count()).where(AuditEntry.event == Event.BACKUP_RESTORED)) == 1
            open_still = text("SELECT count(*) FROM web_sessions WHERE ended_at IS NULL")
            assert tx.scalar(open_still) == 0
    again = create_app(there)
    owen = Visitor(again)
    owen.sign_in(cast, cast.owen)
    assert "Can we meet later?" in owen.get("/my/messages")
    again.extensions["store"].close()


def test_restoring_records_also_restores_the_latest_hash_of_the_audit(
    cast: Cast, rehearsal: Rehearsal, clock: Clock
) -> None:
    """Companion needs the latest hash to continue the audit's hash chain after the restore."""
    a_week(cast)
    seal_now(cast.store)
    words = rehearsal.makes(cast.store, clock.now)
    cast.owen.writes("And when?")
    seal_now(cast.store)
    later = rehearsal.makes(cast.store, clock.now)
    with rehearsal.restored(rehearsal.elsewhere(), replace(words, keys=later.keys), clock.now) as (
        store,
        proved,
    ):
        assert proved.chain.broken_at is None and proved.chain.head == words.manifest.facts.head
        assert audit_head.remembered(store.keys) == Head.parsed(words.manifest.facts.head)
        assert seal_now(store) > 0
        with store.reading() as tx:
            assert audit.verify(tx).broken_at is None


def test_a_sqlite_backup_can_be_restored_into_postgresql_and_vice_versa(
    cast: Cast, rehearsal: Rehearsal, clock: Clock
) -> None:
    a_week(cast)
    before = stored(cast.store, *CHANGED)
    made = rehearsal.makes(cast.store, clock.now)
    small = rehearsal.elsewhere("small", embedded=True)
    with rehearsal.restored(small, made, clock.now) as (store, _):
        assert stored(store, *CHANGED) == before
        clock.forward(days=1)
        next_one = rehearsal.makes(store, clock.now)
    with rehearsal.restored(rehearsal.elsewhere("large"), next_one, clock.now) as (store, proved):
        assert stored(store, *CHANGED) == before and proved.chain.broken_at is None


def test_a_backup_contains_each_change_completely_or_not_at_all(
    cast: Cast, rehearsal: Rehearsal, clock: Clock
) -> None:
    """People send messages and join Companion while the backup reads the tables."""
    assert cast.sam and cast.priya
    statements, people = count(), iter(("Kit", "Lou", "Max"))

    def somebody_writes() -> None:
        cast.sam.writes("One more.")
        if name := next(people, ""):
            cast.another(name).writes("Hello.")

    def meanwhile(*_: object) -> None:
        if threading.current_thread() is threading.main_thread() and next(statements) % 15 == 0:
            writer = threading.Thread(target=somebody_writes)
            writer.start()
            writer.join()

    engine = cast.store._engine
    event.listen(engine, "before_cursor_execute", meanwhile)
    made = rehearsal.makes(cast.store, clock.now)
    event.remove(engine, "before_cursor_execute", meanwhile)
    assert messages_and_entries(cast.store)[0] > 3
    with rehearsal.restored(rehearsal.elsewhere(), made, clock.now) as (store, proved):
        messages, recorded = messages_and_entries(store)
        assert messages == recorded < messages_and_entries(cast.store)[0]
        assert proved.chain.broken_at is None and proved.sample.shut == ()


@pytest.fixture
def idles() -> Iterator[list[str]]:
    """Yield the idle timeout of each slow transaction in a backup or restore."""
    found: list[str] = []

    def asks(connection: Connection, _: object, statement: str, *__: object) -> None:
        words = statement.replace("(", " ( ").split()
        makes, counts = words[:2] == ["CREATE", "TABLE"], words[1:2] == ["count"]
        copies = words[-2:] in (["FROM", "messages"], ["FROM", "data_keys"])
        if connection.dialect.name == "postgresql" and (makes or counts or copies):
            driver: Any = connection.connection.driver_connection
            found.extend(driver.execute("SHOW idle_in_transaction_session_timeout").fetchone())

    event.listen(Engine, "before_cursor_execute", asks)
    yield found
    event.remove(Engine, "before_cursor_execute", asks)


def test_backup_and_restore_transactions_have_no_idle_timeout(
    cast: Cast, rehearsal: Rehearsal, clock: Clock, idles: list[str], server: str
) -> None:
    """PostgreSQL's idle timeout would end a backup's transaction while Companion waits for a slow disk."""
    a_week(cast)
    idles.clear()
    made = rehearsal.makes(cast.store, clock.now)
    assert idles == (["0", "0"] if server else [])
    rehearsal.fills(rehearsal.elsewhere(), made.words, made.keys)
    tables = len(MAIN.metadata.tables) + len(KEYS.metadata.tables)
    assert set(idles) <= {"0"} and (len(idles) > 2 * tables) == bool(server)


def messages_and_entries(store: Store) -> tuple[int, int]:
    with store.reading() as tx:
        sent = select(func.count()).select_from(AuditEntry).where(AuditEntry.event == Event.MESSAGE_SENT)
        return tx.scalar(select(func.count()).select_from(MessageRow)) or 0, tx.scalar(sent) or 0


def test_old_backup_files_are_removed_when_there_is_a_newer_backup(
    cast: Cast, rehearsal: Rehearsal, clock: Clock
) -> None:
    """Daily backups keep no copy of the keys for longer than seven days."""
    oldest = 0.0
    for _ in range(12):
        made = rehearsal.makes(cast.store, clock.now)
        found = list(sealed_file.made_in(rehearsal.places.keys))
        assert made.keys in [path for path, _, _ in found]
        oldest = max(oldest, *((clock.now - at).total_seconds() for _, _, at in found))
        clock.forward(days=1)
    assert oldest == 6 * 24 * 3600
    assert rehearsal.files().count("companion-words.backup") == 12
    rehearsal.places = replace(rehearsal.places, words_kept=rehearsal.places.words_kept / 6)
    assert rehearsal.makes(cast.store, clock.now).pruned == 7 + 1
    assert rehearsal.files().count("companion-words.backup") == 6


def test_a_backup_can_store_a_column_of_every_type() -> None:
    """A new type of column needs a name in ``rows.KINDS``."""
    for history in (MAIN, KEYS):
        for table in history.metadata.sorted_tables:
            assert [rows.kind(column) for column in table.columns], table


def test_a_backups_records_and_keys_must_be_in_different_places(
    cast: Cast, rehearsal: Rehearsal, clock: Clock
) -> None:
    words = rehearsal.places.words
    (words / "keys").mkdir()
    for keys_too in (words, words / "keys", words.parent):
        rehearsal.places = replace(rehearsal.places, keys=keys_too)
        with pytest.raises(BadBackup, match="The words and the keys go to two places"):
            backup.create(cast.store, rehearsal.noted, rehearsal.recipient, rehearsal.places, clock.now)
    assert not [path for path in words.rglob("*") if path.is_file()]
