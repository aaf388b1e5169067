"""The databases' own settings, which the ``doctor`` command checks."""

import sqlite3
from datetime import datetime

from sqlalchemy import Engine, func, select, text

from companion.domain.operations.health import ON_POSTGRESQL, ON_SQLITE
from companion.store.audit import AuditEntry
from companion.store.base import Transaction

HERE = ("", "localhost", "127.0.0.1", "::1")


def told(engine: Engine) -> dict[str, str]:
    """Return a database's settings by name. Raise ``DBAPIError`` if the database can't be reached."""
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            said = {name: str(connection.scalar(text(f"PRAGMA {name}"))) for name in ON_SQLITE}
        return {**said, "version": sqlite3.sqlite_version}
    with engine.connect() as connection:
        names = ("server_version_num", *ON_POSTGRESQL)
        said = {name: str(connection.scalar(text(f"SHOW {name}"))) for name in names}
        said["superuser"] = str(connection.scalar(text("SHOW is_superuser")))
        by_tls = connection.scalar(text("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"))
    host = str(engine.url.host or engine.url.query.get("host", ""))
    near = host in HERE or host.startswith("/")
    return {**said, "encrypted": "yes" if by_tls or near else "no"}


def newest_entry(tx: Transaction) -> datetime | None:
    """Return the latest audit entry's time, or None."""
    return tx.scalar(select(func.max(AuditEntry.at)))


def clock_of(tx: Transaction) -> datetime | None:
    """Return the database server's time, or None for SQLite."""
    if tx.get_bind().dialect.name == "sqlite":
        return None
    found: datetime | None = tx.scalar(select(func.clock_timestamp()))
    return found
