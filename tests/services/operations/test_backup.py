"""A rehearsal: a backup while people write, put into an empty place, and read there by the person whose it is."""

import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, Engine, MetaData, event, func, inspect, select, text

from companion import create_app
from companion.cli.audit import seal_now
from companion.config import BadSetting, Settings
from companion.domain.schema_state import SchemaState
from companion.services.operations import backup, row_bindings
from companion.store import audit, audit_head, keys
from companion.store.audit import AuditEntry, Event
from companion.store.audit_head import Head
from companion.store.base import DatabaseUnavailable, Store, one_moment
from companion.store.keys import DataKey
from companion.store.messages.messages import MessageRow
from companion.store.operations.backups import BadBackup, rows, sealed_file
from companion.store.operations.backups.copy import BackupFacts, write_copy
from companion.store.operations.migrations import KEYS, MAIN, History
from companion.store.operations.open_databases import open_store
from companion.store.records.erased_list import ErasedList
from tests.backups import Rehearsal
from tests.cast import Cast
from tests.fixtures import Clock
from tests.rotated import rotates_wrapping
from tests.services.records.test_erasure import is_wiped
from tests.stored import stored
from tests.visitor import Visitor

CHANGED = ("audit_entries", "web_sessions", "stored_bytes")
"""What restoring adds to, and ends, and what older versions did not count."""
NOT_YET = ("promised_on", "message_due")
"""What older versions did not keep."""


def a_week(cast: Cast) -> None:
    """Sam has answered and handed in, Owen has written, and everybody is there."""
    work = cast.priya.sets(cast.sam, "a-week-of-choices")
    cast.sam.finishes(work, {"the-week": ["6"]})
    cast.priya.releases(cast.sam.submits(work), whole="That is a start.")
    cast.owen.writes("Can we meet later?")
    cast.sam.tells("Somebody needs help.")
    assert cast.margaret and cast.alex and cast.idris


def test_the_words_are_there_again_for_whose_they_are(
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


def test_the_head_that_is_remembered_goes_back_with_the_words_that_are_restored(
    cast: Cast, rehearsal: Rehearsal, clock: Clock
) -> None:
    """The keys of a later backup know of a later head: it would forbid to chain anything where these words are."""
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


def test_from_one_kind_of_database_into_the_other_and_back(
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


def test_what_is_written_meanwhile_is_there_whole_or_not_at_all(
    cast: Cast, rehearsal: Rehearsal, clock: Clock
) -> None:
    """Messages are written, and somebody joins, while one table after the other is read."""
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
    """For how long a transaction may do nothing that makes, copies or counts a whole table."""
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


def test_while_a_disk_is_waited_for_the_server_ends_no_transaction(
    cast: Cast, rehearsal: Rehearsal, clock: Clock, idles: list[str], server: str
) -> None:
    """As it does with those in which nothing is done for a minute."""
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


def test_who_was_erased_after_the_backup_stays_unreadable(
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
        assert is_wiped(store, cast.sam)  # the newer keys know of it, without any list
    there, his = rehearsal.elsewhere(), keys.participant(cast.sam.viewer.account_id)
    with pytest.raises(BadBackup, match="There is no list of who was erased"):
        rehearsal.fills(there, made.words, made.keys, None)
    kept = rehearsal.noted.path.read_bytes()
    rehearsal.fills(there, made.words, made.keys, kept)
    engine = keys_engine(there)
    with engine.connect() as connection:  # before anything else happened there
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


def test_a_list_that_is_older_than_the_backup_is_said(cast: Cast, rehearsal: Rehearsal, clock: Clock) -> None:
    cast.margaret.erases(cast.sam, rehearsal.noted)
    made = rehearsal.makes(cast.store, clock.now)
    filled = rehearsal.fills(rehearsal.elsewhere(), made.words, made.keys, b"{}\n")
    assert (filled.missing, filled.damaged) == (1, 1)


def killed(act: Callable[[], object], *, at: int, after: Callable[[Callable[[], None]], None]) -> bool:
    """The act in a process of its own, which is killed (-9) at the ``at``-th thing that ``after`` counts."""
    child = os.fork()
    if not child:
        try:
            seen = count(1)

            def counts() -> None:
                if next(seen) == at:
                    os.kill(os.getpid(), signal.SIGKILL)

            after(counts)
            act()
            os._exit(0)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(1)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in (0, -signal.SIGKILL)
    return code != 0


def statements(counts: Callable[[], None]) -> None:
    event.listen(Engine, "before_cursor_execute", lambda *_: counts())


def words_are_there(counts: Callable[[], None]) -> None:
    """The words are committed, and the tables of the keys are about to be made."""

    def looks(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "CREATE TABLE data_keys" in statement:
            counts()

    event.listen(Engine, "before_cursor_execute", looks)


def new_names(counts: Callable[[], None]) -> None:
    """Files that get their own name."""
    sys.addaudithook(lambda what, _: counts() if what == "os.rename" else None)


@pytest.mark.parametrize(
    ("after", "at", "left"),
    [
        (statements, 2, []),
        (statements, 22, ["companion-keys.backup", "companion-words.unfinished"]),
        (statements, 60, ["companion-keys.backup", "companion-words.unfinished"]),
        (new_names, 1, ["companion-keys.unfinished"]),
    ],
)
def test_a_backup_that_was_killed_is_never_taken_for_a_good_one(
    cast: Cast, rehearsal: Rehearsal, clock: Clock, after: Callable[..., None], at: int, left: list[str]
) -> None:
    assert cast.sam
    cast.store.close()

    assert killed(lambda: rehearsal.makes(open_store(rehearsal.settings), clock.now), at=at, after=after)
    assert rehearsal.files() == left
    for path in rehearsal.places.words.iterdir():
        with pytest.raises(BadBackup):  # also when somebody gives it a good one's name
            sealed_file.SealedFile(path).require_whole()
    clock.forward(minutes=1)
    rehearsal.makes(cast.store, clock.now)
    good = [*["companion-keys.backup"] * (1 + left.count("companion-keys.backup")), "companion-words.backup"]
    assert rehearsal.files() == good  # what was cut off is cleared away


def test_killed_before_its_last_step_it_is_whole_and_not_called_so(
    cast: Cast, rehearsal: Rehearsal, clock: Clock
) -> None:
    assert cast.sam
    cast.store.close()
    assert killed(lambda: rehearsal.makes(open_store(rehearsal.settings), clock.now), at=2, after=new_names)
    assert rehearsal.files() == ["companion-keys.backup", "companion-words.unfinished"]
    assert [what for _, what, _ in sealed_file.made_in(rehearsal.places.words)] == []


@pytest.mark.parametrize(
    ("after", "at", "again"),
    [(statements, 10, True), (statements, 150, True), (words_are_there, 1, False)],
)
def test_a_restore_that_was_killed_opens_nothing(
    cast: Cast, rehearsal: Rehearsal, clock: Clock, after: Callable[..., None], at: int, again: bool
) -> None:
    """It is done again in the same place, but where the words are there whole and the keys are not."""
    assert cast.sam
    made, there = rehearsal.makes(cast.store, clock.now), rehearsal.elsewhere()
    cast.store.close()
    assert killed(lambda: rehearsal.fills(there, made.words, made.keys), at=at, after=after)
    with pytest.raises((BadSetting, DatabaseUnavailable)):
        open_store(there)
    if again:
        rehearsal.fills(there, made.words, made.keys)
        return
    with pytest.raises(BadBackup, match="A backup is put into an empty place only"):
        rehearsal.fills(there, made.words, made.keys)


def test_old_files_go_once_there_is_a_newer_one(cast: Cast, rehearsal: Rehearsal, clock: Clock) -> None:
    """With one a day no copy of the keys becomes older than seven days."""
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


def test_a_place_that_is_in_use_is_left_alone(cast: Cast, rehearsal: Rehearsal, clock: Clock) -> None:
    assert cast.sam
    made = rehearsal.makes(cast.store, clock.now)
    before = stored(cast.store)
    with pytest.raises(BadBackup, match="A backup is put into an empty place only"):
        rehearsal.fills(rehearsal.settings, made.words, made.keys)
    assert stored(cast.store) == before


def test_files_that_do_not_belong_together_are_refused(
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
    ):  # whoever has the public half can seal something
        write_copy(file, "words", tx.connection(), MAIN, facts, b"another secret")
    with pytest.raises(BadBackup, match="not of the same installation"):
        rehearsal.fills(there, path, made.keys)
    there.wrapping_key_file.unlink()
    with pytest.raises(BadSetting, match="The wrapping key cannot be read"):
        rehearsal.fills(there, made.words, made.keys)


def test_the_wrapping_key_of_another_time_is_said_to_be(
    cast: Cast, rehearsal: Rehearsal, clock: Clock
) -> None:
    made = rehearsal.makes(cast.store, clock.now)
    rotates_wrapping(cast)
    rotates_wrapping(cast)
    with pytest.raises(BadBackup, match="does not open these keys"):
        rehearsal.fills(rehearsal.elsewhere(), made.words, made.keys)


class AtNext(History):
    """As a later version of Companion would make it."""

    def revision(self, connection: object) -> str:
        return "9999"


def made_at(history: History, cast: Cast, rehearsal: Rehearsal, clock: Clock) -> Path:
    """The file of the words as another version of Companion makes it."""
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


def test_a_newer_version_is_said_and_an_older_one_is_brought_up(
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
    """The models' tables with the columns that the database has now."""
    now, there = MetaData(), inspect(engine)
    for table in MAIN.metadata.sorted_tables:
        if there.has_table(table.name):
            names = {each["name"] for each in there.get_columns(table.name)}
            copied = table.to_metadata(now)
            for column in [each for each in copied.columns if each.name not in names]:
                copied._columns.remove(column)
    return now


def test_every_column_has_a_place_in_a_backup() -> None:
    """A column of a new type fails here, until ``rows.KINDS`` has a name for it."""
    for history in (MAIN, KEYS):
        for table in history.metadata.sorted_tables:
            assert [rows.kind(column) for column in table.columns], table


def test_the_words_and_the_keys_never_go_to_one_place(cast: Cast, rehearsal: Rehearsal, clock: Clock) -> None:
    words = rehearsal.places.words
    (words / "keys").mkdir()
    for keys_too in (words, words / "keys", words.parent):
        rehearsal.places = replace(rehearsal.places, keys=keys_too)
        with pytest.raises(BadBackup, match="The words and the keys go to two places"):
            backup.create(cast.store, rehearsal.noted, rehearsal.recipient, rehearsal.places, clock.now)
    assert not [path for path in words.rglob("*") if path.is_file()]
