"""Test the ``backup`` commands as operators use them."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from companion import create_app
from companion.config import Settings
from companion.store.audit import Event
from companion.store.base import Store
from companion.store.operations.open_databases import open_store
from tests.backups import Rehearsal
from tests.cast import Cast
from tests.cli.test_keys import sentence
from tests.fixtures import Clock
from tests.services.records.test_erasure import entries

Runs = Callable[..., Result]


@pytest.fixture
def runs(settings: Settings) -> Runs:
    def run(*command: str, on: Settings = settings) -> Result:
        app: Flask = create_app(on, for_commands=True)
        with app.app_context():
            done = app.test_cli_runner().invoke(args=["backup", *command])
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done

    return run


@pytest.fixture
def create(rehearsal: Rehearsal) -> list[str]:
    places = rehearsal.places
    options = {"--to": rehearsal.public, "--words": places.words, "--keys": places.keys}
    return ["create", *(str(each) for pair in options.items() for each in pair)]


def only(folder: Path) -> str:
    (path,) = folder.iterdir()
    return str(path)


def test_a_backup_is_made_verified_and_restored(
    runs: Runs, create: list[str], cast: Cast, rehearsal: Rehearsal, store: Store
) -> None:
    cast.sam.writes("Can we meet later?")
    made = runs(*create)
    assert made.exit_code == 0, made.stderr
    words, keys = only(rehearsal.places.words), only(rehearsal.places.keys)
    assert f"The words are in {words}" in made.stdout and f"The keys are in {keys}" in made.stdout
    assert entries(store, Event.BACKUP_MADE) == [Event.BACKUP_MADE]
    there = rehearsal.elsewhere()
    outside = runs("verify", words, on=there).stdout
    assert "It is not cut off" in outside and "Only the private half can show the contents" in outside
    inside = runs("verify", words, "--with", str(rehearsal.private), on=there).stdout
    assert "Read to the end: nothing is missing or changed." in inside
    restore = ["restore", words, keys, "--with", str(rehearsal.private)]
    assert "There is no list of who was erased" in sentence(runs(*restore, on=there))
    kept = rehearsal.folder / "kept"
    kept.touch()
    done = runs(*restore, "--list", str(kept), on=there)
    assert done.exit_code == 0, done.stderr
    assert "Opened: the names of 2," in done.stdout and "Everybody has to sign in again." in done.stdout
    said = "".join(each.output for each in (made, done)) + outside + inside
    assert not [name for name in ("Sam", "Priya", "sam", "priya", cast.sam.reference) if name in said]
    again = open_store(there)
    assert entries(again, Event.BACKUP_RESTORED) == [Event.BACKUP_RESTORED]
    again.close()
    assert "A backup is put into an empty place only" in sentence(
        runs(*restore, "--list", str(kept), on=there)
    )


def test_restoring_fails_if_the_list_of_erased_people_is_outdated(
    runs: Runs, create: list[str], cast: Cast, rehearsal: Rehearsal
) -> None:
    cast.margaret.erases(cast.sam, rehearsal.noted)
    assert runs(*create).exit_code == 0
    kept = rehearsal.folder / "kept"
    kept.write_bytes(b"{}\n")
    files = only(rehearsal.places.words), only(rehearsal.places.keys)
    done = runs(
        "restore", *files, "--with", str(rehearsal.private), "--list", str(kept), on=rehearsal.elsewhere()
    )
    assert done.exit_code == 1
    for each in ("don't let anybody in yet", "has 1 fewer", "1 line of that list"):
        assert each in done.stderr


def test_restoring_with_keys_older_than_the_records_is_reported(
    runs: Runs, create: list[str], cast: Cast, rehearsal: Rehearsal, clock: Clock
) -> None:
    assert cast.owen
    assert runs(*create).exit_code == 0
    older = only(rehearsal.places.keys)
    clock.forward(hours=1)
    assert cast.sam
    assert runs(*create).exit_code == 0
    newest = max(rehearsal.places.words.iterdir())
    kept = rehearsal.folder / "kept"
    kept.touch()
    done = runs(
        *("restore", str(newest), older, "--with", str(rehearsal.private), "--list", str(kept)),
        on=rehearsal.elsewhere(),
    )
    assert done.exit_code == 1 and "cannot be opened, such as accounts.name" in done.stderr


def test_backup_errors_are_reported_in_one_sentence(
    runs: Runs, create: list[str], cast: Cast, rehearsal: Rehearsal, settings: Settings
) -> None:
    assert cast.sam
    none = rehearsal.folder / "none"
    none.write_bytes(b"something else")
    assert sentence(runs("verify", str(none))) == f"Error: {none} is no backup of Companion."
    assert "is the private half" in sentence(runs(*create[:2], str(rehearsal.private), *create[3:]))
    assert "go to two places" in sentence(runs(*create[:-1], create[4]))
    half = rehearsal.folder / "half"
    assert "must not be in the data folder" in sentence(
        runs("recipient", str(half), str(settings.home / "private"))
    )
    for pair in (["mine.public", str(rehearsal.folder / "mine")], [str(half), "docs/mine.private"]):
        assert "would be in the program's folder" in sentence(runs("recipient", *pair))
    assert runs("recipient", str(half), str(rehearsal.folder / "one")).exit_code == 0
    assert "cannot be read or written: File exists" in sentence(
        runs("recipient", str(half), str(rehearsal.folder / "another"))
    )
    gone = replace(settings, database_url=f"sqlite:///{rehearsal.folder}/gone.db")
    assert runs(*create, on=gone).exit_code == 69
