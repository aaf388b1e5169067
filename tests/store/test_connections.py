"""Test the settings of every connection to a database."""

import os
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as AllTaken

from companion.config import Settings
from companion.services.act import unattended
from companion.store import base, rate_limits
from companion.store.audit import AuditEntry, Event
from companion.store.base import UNAVAILABLE, DatabaseUnavailable, Store, open_engine
from companion.store.operations import open_databases
from companion.store.operations.open_databases import alone, open_store
from companion.store.people import Account
from companion.store.rate_limits import Try
from companion.store.writer_queue import Busy
from tests.fixtures import Clock
from tests.ports import free_port
from tests.postgres import postgres_server

ROOT = Path(__file__).parents[2]


def test_every_sqlite_connection_syncs_to_disk(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/some.db")
    told = {"synchronous": 2, "secure_delete": 1, "foreign_keys": 1, "journal_mode": "wal"}
    with ExitStack() as stack:
        for connection in [stack.enter_context(engine.connect()) for _ in range(4)]:
            found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in told}
            assert found == told
    engine.dispose()


def test_waiting_too_long_for_another_clients_lock_is_an_error(
    settings: Settings, store: Store, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(base, "BUSY_SECONDS", 1)
    other = open_store(settings)

    def counts_accounts() -> None:
        with other.writing() as tx:
            tx.execute(select(Account.id))

    with ThreadPoolExecutor(1) as threads, store.writing() as tx:
        if server:
            tx.execute(text("LOCK TABLE accounts"))
        with pytest.raises((Busy, OperationalError)):
            threads.submit(counts_accounts).result(30)
    other.close()


@pytest.fixture(scope="module")
def by_network() -> Iterator[str]:
    """Yield the URL of a PostgreSQL server that tests reach over the network."""
    port = free_port()
    with postgres_server(port=port):
        yield f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"


def test_both_ends_of_a_network_connection_notice_if_the_other_end_is_gone(
    by_network: str,
) -> None:
    """A machine that loses power doesn't close its connections."""
    engine = open_engine(by_network)
    told = {"idle": "10", "interval": "5", "count": "3"}
    with engine.connect() as connection:
        for name, said in told.items():
            assert connection.scalar(text(f"SHOW tcp_keepalives_{name}")) == said
        assert connection.scalar(text("SHOW tcp_user_timeout")) == "10000"
        driver: Any = connection.connection.driver_connection
        with socket.socket(fileno=os.dup(driver.fileno())) as line:
            asks = (socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL, socket.TCP_KEEPCNT)
            assert line.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
            assert [str(line.getsockopt(socket.IPPROTO_TCP, each)) for each in asks] == [*told.values()]
    engine.dispose()


def test_locks_of_an_abandoned_transaction_are_released(
    by_network: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(base, "IDLE_SECONDS", 1)
    engine = open_engine(by_network)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE held (id INTEGER)"))
    with engine.connect() as gone:
        gone.execute(text("LOCK TABLE held"))
        with engine.begin() as other:
            other.execute(text("LOCK TABLE held"))
        with pytest.raises(DBAPIError):
            gone.execute(text("SELECT 1"))
    engine.dispose()


def test_waiting_too_long_for_another_machines_migration_is_an_error(
    settings: Settings, by_network: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The machine that is running the migration may lose power, and then the migration never finishes."""
    monkeypatch.setattr(open_databases, "MIGRATED_WITHIN", 1)
    there = replace(settings, database_url=by_network)
    with alone(there), pytest.raises(DatabaseUnavailable, match="Another machine"), alone(there):
        pass
    with alone(there):
        pass


def test_a_process_uses_no_more_connections_than_documented(tmp_path: Path, by_network: str) -> None:
    for url in (f"sqlite:///{tmp_path}/some.db", by_network):
        engine, taken = open_engine(url), 0
        engine.pool._timeout = 0  # in this test, no connection is returned to the pool
        with ExitStack() as stack, suppress(AllTaken):
            while taken < 99:
                stack.enter_context(engine.connect())
                taken += 1
        engine.dispose()
        assert taken == 15
    operations, deployment = ((ROOT / f"docs/{page}.md").read_text() for page in ("operations", "deployment"))
    assert f"must accept {2 * 15} connections for each of the web server's processes" in operations
    assert f"four workers: {8 * 2 * 15} at most" in deployment


@pytest.mark.parametrize("kind", UNAVAILABLE[2:])
def test_no_further_statement_is_sent_to_an_unavailable_database(
    kind: type[SQLAlchemyError], store: Store, clock: Clock
) -> None:
    """Companion doesn't audit this failure, because the audit is in the unavailable database."""
    fault = kind() if kind is AllTaken else kind("SELECT 1", {}, Exception())
    with pytest.raises(kind), unattended(store, clock.now):
        raise fault
    with store.reading() as tx:
        assert tx.scalars(select(AuditEntry).where(AuditEntry.event == Event.FAILED)).all() == []


def test_a_read_transaction_sees_one_consistent_snapshot_of_the_database(store: Store, clock: Clock) -> None:
    tries = select(func.count()).select_from(Try)
    with store.reading() as tx:
        before = tx.scalar(tries)
        rate_limits.take(store, clock.now, ("sign-in.overall", ""))
        assert tx.scalar(tries) == before
    with store.reading() as tx:
        assert tx.scalar(tries) == 1
