"""Test that an operator can check, import and export programmes."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from companion import content
from companion.cli.programmes import programmes as command
from companion.domain.programme.programme import read_programme
from companion.store.base import Store
from companion.store.programme import programmes
from tests.stored import stored

Run = Callable[..., Result]
SHIPPED = content.programme_file().read_bytes().decode()
SECOND = SHIPPED.replace("version = 1", "version = 2").replace('name = "Epsom"', 'name = "Epsom East"')


@pytest.fixture
def run(app: Flask) -> Run:
    """Run commands such as ``run("import", file)`` on the test's databases."""

    def invoke(*words: object) -> Result:
        with app.app_context():
            done = app.test_cli_runner().invoke(args=["programmes", *map(str, words)])
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done

    return invoke


def put(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def test_the_shipped_programme_is_valid() -> None:
    done = CliRunner().invoke(command, ["check"])
    assert done.exit_code == 0
    assert done.output.endswith("programme.toml: version 1, 5 meetings, 19 topics, 2 sites, 0 faults\n")


def test_every_error_in_a_programme_is_reported_with_its_line_and_remedy(tmp_path: Path) -> None:
    text = SHIPPED.replace('id = "bromsgrove"', 'id = "epsom"').replace("least = 60", "least = 91")
    file = put(tmp_path / "p.toml", text.replace('id = "cyberhex"', 'id = "disclosure"'))
    done = CliRunner().invoke(command, ["check", str(file)])
    assert done.exit_code == 1
    assert done.output == (
        f"{file}:8: The shortest length of the initial meeting is longer than the longest. "
        "Put the shorter one in “least”.\n"
        f"{file}:22: Another site has the id “epsom” too. Give each site its own id.\n"
        f"{file}:64: Another topic has the id “disclosure” too. Give each topic its own id.\n"
        f"{file}: 3 faults\n"
    )


def test_a_new_programme_version_can_be_imported_and_exported(run: Run, store: Store, tmp_path: Path) -> None:
    file, back = put(tmp_path / "p.toml", SECOND), tmp_path / "back.toml"
    assert run("import", file).output == f"{file}: version 2, for whoever is added from now on\n"
    assert run("import", file).output == f"{file}: unchanged\n"
    with store.reading() as tx:
        assert [each.version for each in programmes.versions(tx, "five-sessions")] == [2, 1]
    assert run("export", "five-sessions", "--to", back).exit_code == 0
    assert read_programme(back.read_bytes()) == read_programme(SECOND.encode())
    assert (
        read_programme(run("export", "five-sessions", "--version", "1").output.encode())
        == content.programme()
    )


def test_an_imported_programme_version_never_changes(run: Run, store: Store, tmp_path: Path) -> None:
    before = stored(store)
    same = put(tmp_path / "same.toml", SECOND.replace("version = 2", "version = 1"))
    done = run("import", same)
    assert done.exit_code == 1 and f"{same}:6: Version 1 of this programme already exists" in done.output
    assert "Write “version = 2”." in done.output and "Nothing was imported." in done.output
    twice = put(tmp_path / "twice.toml", SECOND), put(tmp_path / "b.toml", SECOND.replace("East", "West"))
    assert "Write “version = 3”." in run("import", *twice).output
    bad = put(tmp_path / "bad.toml", "format = ")
    assert run("import", twice[0], bad).exit_code == 1
    assert stored(store) == before


def test_a_missing_programme_or_version_gives_a_readable_error_message(run: Run, tmp_path: Path) -> None:
    assert "cannot be read" in run("check", tmp_path / "none.toml").output
    assert "There is no programme “none”." in run("export", "none").output
    assert "of version 7" in run("export", "five-sessions", "--version", "7").output
    assert "cannot be written" in run("export", "five-sessions", "--to", tmp_path).output


def test_repeating_the_migrate_command_does_not_import_the_shipped_programme_again(
    app: Flask, store: Store
) -> None:
    found = []
    for _ in range(2):
        with app.app_context():
            assert app.test_cli_runner().invoke(args=["migrate"]).exit_code == 0
        found.append(stored(store, "audit_entries"))
    assert found[0] == found[1]
