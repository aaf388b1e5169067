"""Test that an operator's damaged or unreadable files are reported in a single sentence."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from companion import create_app
from companion.config import BadSetting, Settings
from companion.store.operations.open_databases import open_store, prepare
from companion.store.records.erased_list import ErasedList
from tests.cast import Cast
from tests.fixtures import TUESDAY, settings_in
from tests.tampering import tampering

COMMANDS = (["audit", "head"], ["migrate"], ["reminders"])
Says = Callable[..., str]


@pytest.fixture
def says(settings: Settings) -> Says:
    """Check that this command is refused, and return its exit code and message."""

    def run(*command: str, changed: Settings = settings) -> str:
        app = create_app(changed, for_commands=True)
        with app.app_context():
            done = app.test_cli_runner().invoke(args=command)
        assert isinstance(done.exception, SystemExit), done.exception
        assert len(done.stderr.strip().splitlines()) == 1
        return f"{done.exit_code} {done.stderr}"

    return run


@pytest.mark.parametrize("key", [b"", b"\xff\xfe no text", b"[" * 200_000])
def test_every_command_reports_a_damaged_wrapping_key(settings: Settings, says: Says, key: bytes) -> None:
    settings.wrapping_key_file.write_bytes(key)
    for command in COMMANDS:
        assert "1 Error: The wrapping key is damaged" in says(*command)


def test_an_endless_wrapping_key_file_is_refused_before_memory_runs_out(
    settings: Settings, says: Says
) -> None:
    settings.wrapping_key_file.unlink()
    settings.wrapping_key_file.symlink_to("/dev/zero")
    assert "1 Error: The wrapping key is damaged" in says("audit", "head")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o660])
def test_a_wrapping_key_that_others_can_read_or_change_is_refused(
    settings: Settings, says: Says, mode: int
) -> None:
    settings.wrapping_key_file.chmod(mode)
    for command in COMMANDS:
        said = says(*command)
        assert "1 Error: Others on this machine can read or change the wrapping key" in said
        assert f"chmod 600 {settings.wrapping_key_file}" in said
    with pytest.raises(BadSetting, match="Others on this machine"):
        create_app(settings)
    create_app(replace(settings, mode="demo"))


@pytest.fixture
def other(tmp_path: Path) -> Settings:
    """Return the settings of a second installation, which has its own SQLite databases."""
    made = settings_in(tmp_path / "other")
    prepare(made, TUESDAY)
    return made


def test_the_keys_of_another_installation_are_refused(
    cast: Cast, settings: Settings, other: Settings, says: Says
) -> None:
    """The key store and the wrapping key come from one installation, and the database comes from another."""
    assert cast.priya.viewer.account_id
    foreign = replace(settings, keys_url=other.keys_url, wrapping_key_file=other.wrapping_key_file)
    for command in (*COMMANDS, ["reset-last", "lead"], ["retention", "run", "--do"]):
        assert "1 Error: The data and the key store belong to two installations" in says(
            *command, changed=foreign
        )
    with pytest.raises(BadSetting, match="two installations"):
        create_app(foreign)


def test_companion_opens_its_database_even_if_audit_entries_were_changed(
    cast: Cast, settings: Settings
) -> None:
    assert cast.priya.viewer.account_id
    with tampering(cast.store) as tx:
        tx.execute(text("UPDATE audit_entries SET detail = 'changed' WHERE event = 'programme_loaded'"))
    open_store(settings).close()


@pytest.mark.embedded
@pytest.mark.parametrize("which", ["data/companion.db", "data-keys/keys.db"])
def test_a_damaged_database_file_is_reported_as_unavailable(
    settings: Settings, says: Says, which: str
) -> None:
    file = settings.home / which
    for damaged in (file.read_bytes()[:9_000], b"no database at all, but long enough to be one" * 100):
        for rest in file.parent.glob("*.db-*"):
            rest.unlink()
        file.write_bytes(damaged)
        for command in COMMANDS:
            assert says(*command).startswith("69 ")


@pytest.mark.embedded
def test_a_database_with_another_applications_tables_is_refused(settings: Settings, says: Says) -> None:
    shutil.copy(settings.home / "data-keys" / "keys.db", settings.home / "data" / "companion.db")
    for command in (["audit", "head"], ["reminders"], ["audit", "verify"], ["keys", "status"]):
        assert "others lie in their place" in says(*command)


@pytest.mark.embedded
def test_a_database_path_that_cannot_be_examined_is_reported(settings: Settings, says: Says) -> None:
    too_long = replace(settings, database_url=f"sqlite:///{settings.home}/{'x' * 300}/companion.db")
    for command in COMMANDS:
        assert "cannot be looked at" in says(*command, changed=too_long)


def test_an_unreadable_list_of_erased_people_is_not_treated_as_empty(
    settings: Settings, says: Says, cast: Cast
) -> None:
    ErasedList.at(settings.home).path.mkdir(parents=True)
    for command in (["erasures", "apply"], ["erasures", "list"], ["migrate"]):
        assert "1 Error: The list of who was erased cannot be read" in says(*command)
