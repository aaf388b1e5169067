"""Test ``doctor`` on intact and faulty installations, and without a database."""

import os
import re
from pathlib import Path

import pytest

from companion.cli import file_places
from companion.config import Settings, called_in
from companion.store import keysets
from companion.store.base import open_engine
from tests.cli.doctor import said, wrong
from tests.cli.machines import Run, works
from tests.newer import NEWER, stands_at
from tests.ports import free_port


def test_doctor_reports_no_problem_in_a_new_installation(migrated: Run, server: str) -> None:
    found = said(migrated("doctor", "--port", str(free_port())))
    assert wrong(found) == {}
    assert "Nothing answers at port" in found["web server"][0][1]
    assert "It has not turned yet" in found["background"][0][1]
    for about in ("wrapping key", "keys", "rights", "disk", "migrations", "clock", "outbox", "audit", "mail"):
        assert found[about][0][0] == "fine", about
    if server:  # the tests' database server runs without these options, which is quicker
        assert "switch fsync, full_page_writes, synchronous_commit on" in found["data"][0][1]
    else:
        assert "with what it must be told" in found["data"][0][1]


def test_doctor_reports_a_missing_or_wrong_wrapping_key(migrated: Run, tmp_path: Path, server: str) -> None:
    key = tmp_path / "secrets" / "wrapping-key.json"
    beside = tmp_path / "data" / "key.json"
    if not server:
        key.rename(beside)
        found = said(migrated("doctor", COMPANION_WRAPPING_KEY_FILE=str(beside)))
        assert "move it, and set COMPANION_WRAPPING_KEY_FILE" in wrong(found)["wrapping key"]
        beside.rename(key)
    else:
        assert said(migrated("doctor"))["wrapping key"][0][0] == "fine"
    text_of = key.read_text()
    key.unlink()
    found = said(migrated("doctor"))
    assert "cannot be read" in wrong(found)["wrapping key"] and "cannot be read" in wrong(found)["keys"]
    found = said(migrated("doctor", COMPANION_WRAPPING_KEY=text_of))
    assert "wrapping key" not in wrong(found) and "keys" not in wrong(found)
    assert text_of not in str(found)
    other = keysets.written(keysets.new())
    assert "is not the one" in wrong(said(migrated("doctor", COMPANION_WRAPPING_KEY=other)))["keys"]
    damaged = re.sub(r'"value": *"[^"]+"', f'"value":"{"A" * 40}"', text_of)
    assert "is damaged" in wrong(said(migrated("doctor", COMPANION_WRAPPING_KEY=damaged)))["wrapping key"]


def test_doctor_reports_files_that_others_can_read(migrated: Run, tmp_path: Path) -> None:
    secrets = tmp_path / "secrets"
    (secrets / "wrapping-key.json").chmod(0o640)
    assert "secrets/wrapping-key.json: take that away" in wrong(said(migrated("doctor")))["rights"]
    (secrets / "wrapping-key.json").chmod(0o600)
    secrets.chmod(0o755)
    assert "Others can read secrets: " in wrong(said(migrated("doctor")))["rights"]
    secrets.chmod(0o700)
    help_file = tmp_path / "help"
    help_file.mkdir(mode=0o700, exist_ok=True)
    (help_file / "readable").write_text("x")
    # the file may be readable by everybody, because only its owner can open the folder
    (help_file / "readable").chmod(0o644)
    assert "rights" not in wrong(said(migrated("doctor")))


def test_doctor_reports_files_that_another_account_owns(migrated: Run, tmp_path: Path) -> None:
    if os.geteuid() == 0:
        os.chown(tmp_path / "secrets", 65534, 65534)
        done = migrated("doctor")
    else:  # without root's rights, the test uses a folder that root owns
        done = migrated("doctor", COMPANION_WRAPPING_KEY_FILE="/root")
    assert "Another account owns" in wrong(said(done))["rights"]


def says_it_stands_at(revision: str, environment: dict[str, str]) -> None:
    engine = open_engine(Settings.from_environment(environment).database_url)
    stands_at(engine, revision)
    engine.dispose()


def test_doctor_reports_databases_that_still_have_to_be_migrated(
    migrated: Run, environment: dict[str, str]
) -> None:
    says_it_stands_at("0001", environment)
    assert "run “flask --app wsgi migrate”" in wrong(said(migrated("doctor")))["migrations"]


def test_everything_except_backups_works_after_a_newer_companion_has_migrated_the_databases(
    migrated: Run, environment: dict[str, str], tmp_path: Path
) -> None:
    """A rollback to an older version of Companion leaves the newer version's migrations in the databases."""
    says_it_stands_at(NEWER, environment)
    assert migrated("migrate").returncode == 0 and migrated("audit", "seal").returncode == 0
    assert "A newer version has brought them further" in migrated("doctor").stdout
    for folder in ("words", "keys"):
        (tmp_path / folder).mkdir()
    public, private = str(tmp_path / "public"), str(tmp_path.with_name("private"))
    assert migrated("backup", "recipient", public, private).returncode == 0
    places = ("--words", str(tmp_path / "words"), "--keys", str(tmp_path / "keys"))
    done = migrated("backup", "create", "--to", public, *places)
    assert done.returncode and "of a newer version of Companion" in done.stderr


def test_doctor_checks_everything_else_while_a_database_is_down(
    flask: Run, migrated: Run, tmp_path: Path
) -> None:
    away = {"COMPANION_DATABASE_URL": f"postgresql+psycopg://me:a-secret@127.0.0.1:{free_port()}/x"}
    done = flask("doctor", **away)
    assert "Traceback" not in done.stderr and "a-secret" not in done.stdout + done.stderr
    found = said(done)
    assert "does not answer" in wrong(found)["data"] and found["records"][0][0] == "unseen"
    assert found["rights"][0][0] == "fine" and found["data keys"][0][1].startswith(("It answers", "What was"))


def test_doctor_reports_free_space_once_per_disk(settings: Settings) -> None:
    found = file_places.free(settings)
    assert next(iter(found)) == "COMPANION_HOME" and all(free > 0 for free in found.values())


@pytest.mark.embedded
def test_doctor_reports_a_damaged_database_file(migrated: Run, tmp_path: Path) -> None:
    (tmp_path / "data" / "companion.db").write_bytes(b"no database" * 1000)
    found = said(migrated("doctor"))
    assert "does not answer" in wrong(found)["data"]


def test_doctor_warns_about_draft_policies_until_the_service_imports_its_own(
    migrated: Run, tmp_path: Path
) -> None:
    def named() -> str:
        return said(migrated("doctor", COMPANION_MODE="serve", COMPANION_CHEAP_HASHES="0"))["drafts"][0][1]

    assert "statement" in named() and "retention" in named() and "signposts" in named()
    file = tmp_path / "retention.toml"
    works(migrated("policies", "export", "retention", "--to", str(file)))
    works(migrated("policies", "import", "retention", str(file)))
    assert "statement" in named() and "retention" not in named()


def test_doctor_shows_commands_as_they_must_be_typed_on_this_installation(migrated: Run) -> None:
    plain = said(migrated("doctor"))["background"][0][1]
    installed = said(migrated("doctor", COMPANION_COMMAND="companion"))["background"][0][1]
    assert "“flask --app wsgi background”" in plain and "“companion background”" in installed


def test_doctor_checks_the_installed_files_however_it_is_run(migrated: Run) -> None:
    """Older installed scripts don't pass the name of the ``companion`` command, so ``doctor`` works it out
    from the program's path.
    """
    assert called_in(Path("/opt/companion/2/companion/config.py")) == "companion"
    assert called_in(Path("/srv/companion/companion/config.py")) == "flask --app wsgi"
    ((verdict, says),) = said(migrated("doctor"))["installed"]
    assert verdict == "unseen" and "isn't installed as docs/deployment.md describes" in says
    ((verdict, says),) = said(migrated("doctor", COMPANION_COMMAND="companion"))["installed"]
    assert verdict == "WRONG" and "/usr/local/bin/companion" in says


def test_doctor_reports_embedded_databases_that_are_not_in_use(
    migrated: Run, tmp_path: Path, server: str
) -> None:
    other = tmp_path / "elsewhere.db"
    assert said(migrated("doctor"))["left behind"][0][0] == "fine"
    (tmp_path / "data").mkdir(exist_ok=True)
    (tmp_path / "data" / "companion.db").touch(0o600)
    used = {} if server else {"COMPANION_DATABASE_URL": f"sqlite:///{other}"}
    assert "data/companion.db" in wrong(said(migrated("doctor", **used)))["left behind"]
