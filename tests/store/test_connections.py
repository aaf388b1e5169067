"""What every connection to a database is told, not the first one alone."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError

from companion.config import Settings
from companion.store import base, limits
from companion.store.base import Busy, Store, open_engine
from companion.store.limits import Try
from companion.store.opening import open_store
from companion.store.people import Account
from tests.conftest import Clock


def test_each_connection_writes_through_to_the_disk_and_overwrites_what_it_deletes(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/some.db")
    told = {"synchronous": 2, "secure_delete": 1, "foreign_keys": 1, "journal_mode": "wal"}
    with ExitStack() as stack:
        for connection in [stack.enter_context(engine.connect()) for _ in range(4)]:
            found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in told}
            assert found == told
    engine.dispose()


def test_what_another_client_has_locked_is_given_up_and_not_waited_for_on_and_on(
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


def test_what_is_read_is_as_it_stood_at_one_moment(store: Store, clock: Clock) -> None:
    tries = select(func.count()).select_from(Try)
    with store.reading() as tx:
        before = tx.scalar(tries)
        limits.take(store, clock.now, ("sign-in.overall", ""))
        assert tx.scalar(tries) == before
    with store.reading() as tx:
        assert tx.scalar(tries) == 1
