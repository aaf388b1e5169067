"""Collect everything that somebody could steal, except the wrapping key, and search it all for words that
tests typed.
"""

import base64
import json
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote, quote_plus

from sqlalchemy import MetaData, make_url, select, text

from companion.config import Settings
from companion.store.base import Model, open_engine
from companion.store.operations.sealed_columns import place, sealed_columns

MARK = "canary"
"""Every text that a test types into a form starts with this word."""
SEALED = sealed_columns(Model.metadata)
PLACES = [place(column) for column in SEALED]


def taken(settings: Settings) -> bytes:
    """Return the databases, logs, dumps and backups, without the wrapping key."""
    urls = (settings.database_url, settings.keys_url)
    if settings.database_url.startswith("sqlite"):
        files = [
            path for path in settings.home.rglob("*") if path.is_file() and path.parent.name != "secrets"
        ]
        assert {"companion.db", "companion.db-wal", "companion.db-shm", "keys.db"} <= {
            path.name for path in files
        }
        copies = [copy for url in urls for copy in dumped_and_backed_up(Path(str(make_url(url).database)))]
        return b"\n".join([*(path.read_bytes() for path in files), *copies])
    return b"\n".join(value for url in urls for value in values(url))


def dumped_and_backed_up(database: Path) -> Iterator[bytes]:
    with closing(sqlite3.connect(database)) as original:
        yield "\n".join(original.iterdump()).encode()
        with closing(sqlite3.connect(":memory:")) as backup:
            original.backup(backup)
            yield backup.serialize()


def values(url: str) -> Iterator[bytes]:
    engine, tables = open_engine(url), MetaData()
    tables.reflect(engine)
    with engine.connect() as connection:
        for table in tables.sorted_tables:
            for row in connection.execute(select(table)):
                yield from (each if isinstance(each, bytes) else str(each).encode() for each in row)
    engine.dispose()


def is_marked(where: bytes) -> bool:
    """Return whether these bytes contain any word that a test typed.

    Every word that a test types starts with the same prefix, so that we can search for all of them at once.
    """
    return is_there(MARK, where, where.lower())


def files_of_the_server(settings: Settings) -> Iterator[bytes]:
    """Yield PostgreSQL's write-ahead log and database files, which still contain deleted rows."""
    urls = (settings.database_url, settings.keys_url)
    if settings.database_url.startswith("sqlite"):
        return
    folder = Path(str(make_url(urls[0]).query["host"])) / "data"
    for url in urls:
        engine = open_engine(url).execution_options(isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text("CHECKPOINT"))
            number = connection.scalar(text("SELECT oid FROM pg_database WHERE datname = current_database()"))
        engine.dispose()
        yield from (path.read_bytes() for path in (folder / "base" / str(number)).iterdir())
    yield from (path.read_bytes() for path in (folder / "pg_wal").iterdir() if path.is_file())


class Canaries:
    """Unique words that tests type into forms, one for each field."""

    def __init__(self) -> None:
        self.planted: dict[str, str] = {}

    def __call__(self, field: str) -> str:
        self.planted[field] = word = f"{MARK} {secrets.token_hex(6)}"
        return word

    def found(self, where: bytes) -> list[str]:
        """Return the form fields whose text appears in these bytes in any encoding."""
        folded, marked = where.lower(), is_marked(where)
        return [
            field
            for field, word in self.planted.items()
            if (marked or not word.startswith(MARK))
            and any(is_there(each, where, folded) for each in {word, word.replace("-", "").replace(" ", "")})
        ]


def is_there(word: str, where: bytes, folded: bytes) -> bool:
    """Return whether these bytes contain the word in any encoding."""
    as_digits = word.encode().hex().encode()
    return any(each in folded for each in (*written(word.lower()), as_digits)) or any(
        each in where for each in in_base64(word)
    )


def written(word: str) -> set[bytes]:
    """Return a secret word in every encoding in which a program might store it, such as UTF-16."""
    texts = {word, quote(word).lower(), quote_plus(word).lower(), json.dumps(word)[1:-1]}
    codes = ("utf-8", "utf-16-le", "utf-16-be")
    return {each.encode(code) for each in texts for code in codes} | {word.encode().hex().encode()}


def in_base64(word: str) -> set[bytes]:
    """Return the part of the word's base64 that doesn't depend on the text around the word.

    A word has three base64 forms, because the encoding depends on where the word starts in the text.
    """
    found = set()
    for before in range(3):
        coded = base64.b64encode(b"\0" * before + word.encode())
        whole = (before + len(word.encode())) // 3 * 4
        found |= {coded[(0, 2, 3)[before] : whole], coded[(0, 2, 3)[before] : whole].translate(URL_SAFE)}
    return found


URL_SAFE = bytes.maketrans(b"+/", b"-_")
