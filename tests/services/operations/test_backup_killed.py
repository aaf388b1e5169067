"""Test that a backup or restore killed at any step is never accepted as complete."""

import os
import signal
import sys
import traceback
from collections.abc import Callable
from itertools import count

import pytest
from sqlalchemy import Engine, event

from companion.config import BadSetting
from companion.store.base import DatabaseUnavailable
from companion.store.operations.backups import BadBackup, sealed_file
from companion.store.operations.open_databases import open_store
from tests.backups import Rehearsal
from tests.cast import Cast
from tests.fixtures import Clock


def killed(act: Callable[[], object], *, at: int, after: Callable[[Callable[[], None]], None]) -> bool:
    """Run the action in a process, and kill the process when it reaches the event numbered ``at``. ``after``
    is a function that starts counting one kind of event, such as SQL statements.

    Return whether the process was killed before finishing.
    """
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
    """Call ``counts`` just before a restore creates the table of data keys."""

    def looks(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "CREATE TABLE data_keys" in statement:
            counts()

    event.listen(Engine, "before_cursor_execute", looks)


def new_names(counts: Callable[[], None]) -> None:
    """Call the function ``counts`` whenever the process renames a file."""
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
def test_a_killed_backup_is_never_accepted_as_complete(
    cast: Cast, rehearsal: Rehearsal, clock: Clock, after: Callable[..., None], at: int, left: list[str]
) -> None:
    assert cast.sam
    cast.store.close()

    assert killed(lambda: rehearsal.makes(open_store(rehearsal.settings), clock.now), at=at, after=after)
    assert rehearsal.files() == left
    for path in rehearsal.places.words.iterdir():
        # the file isn't accepted even after somebody renames it like a complete backup
        with pytest.raises(BadBackup):
            sealed_file.SealedFile(path).require_whole()
    clock.forward(minutes=1)
    rehearsal.makes(cast.store, clock.now)
    good = [*["companion-keys.backup"] * (1 + left.count("companion-keys.backup")), "companion-words.backup"]
    assert rehearsal.files() == good  # the interrupted backup's files have been removed


def test_a_backup_killed_before_its_last_step_is_not_listed(
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
def test_databases_cannot_be_opened_after_a_killed_restore(
    cast: Cast, rehearsal: Rehearsal, clock: Clock, after: Callable[..., None], at: int, again: bool
) -> None:
    """A restore killed between restoring the records and the keys can't be run again."""
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
