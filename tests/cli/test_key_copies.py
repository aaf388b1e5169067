"""Test that ``doctor`` asks the operator to check a copy of every new wrapping key."""

import json
from pathlib import Path

from companion.store import keysets
from tests.cli.doctor import said
from tests.cli.machines import Run, process, works

SERVING = {"COMPANION_MODE": "serve", "COMPANION_CHEAP_HASHES": "0"}
ASKS = "Nobody has confirmed a copy of the wrapping key"


def asked(run: Run) -> bool:
    (verdict, says) = said(run("doctor", **SERVING))["key copy"][0]
    return verdict == "WRONG" and ASKS in says


def test_the_doctor_command_complains_until_a_copy_of_the_wrapping_key_is_confirmed(
    migrated: Run, tmp_path: Path
) -> None:
    key, copy = tmp_path / "secrets" / "wrapping-key.json", tmp_path / "copy.json"
    assert asked(migrated)
    copy.write_text(key.read_text())
    assert "That there is a copy is on record now." in works(migrated("keys", "confirm-copy", str(copy)))
    assert not asked(migrated)


def test_the_original_wrapping_key_file_does_not_count_as_its_copy(migrated: Run, tmp_path: Path) -> None:
    key = tmp_path / "secrets" / "wrapping-key.json"
    (tmp_path / "link.json").symlink_to(key)
    for itself in (key, tmp_path / "link.json"):
        done = migrated("keys", "confirm-copy", str(itself))
        assert done.returncode == 1 and "is the key itself" in done.stderr
    assert asked(migrated)


def test_the_copy_of_the_wrapping_key_can_come_from_standard_input_but_not_from_the_key_file_in_use(
    migrated: Run, environment: dict[str, str], tmp_path: Path
) -> None:
    key, copy = tmp_path / "secrets" / "wrapping-key.json", tmp_path / "copy.json"
    copy.write_text(key.read_text())
    given = {
        file: process(environment, "sh", "-c", f'exec "$@" < {file}', "sh")("keys", "confirm-copy", "-")
        for file in (key, copy)
    }
    assert given[key].returncode == 1 and "is the key itself" in given[key].stderr
    works(given[copy])
    assert not asked(migrated)


def test_a_wrong_or_damaged_copy_of_the_wrapping_key_is_refused(migrated: Run, tmp_path: Path) -> None:
    key = (tmp_path / "secrets" / "wrapping-key.json").read_text()
    plain = json.loads(key)
    other = json.loads(keysets.written(keysets.new()))
    other["key"][0]["keyId"] = other["primaryKeyId"] = plain["primaryKeyId"]
    for text, says in (
        (keysets.written(keysets.new()), "is a copy of another key"),
        (json.dumps(other), "does not open what the wrapping key wrapped"),
        (key[:-20], "is damaged"),
    ):
        (tmp_path / "copy.json").write_text(text)
        done = migrated("keys", "confirm-copy", str(tmp_path / "copy.json"))
        assert done.returncode == 1 and says in done.stderr
        assert "The wrapping key is damaged" not in done.stderr  # the key itself isn't damaged
    assert asked(migrated)


def test_setup_lists_what_to_copy_to_other_machines(migrated: Run, tmp_path: Path) -> None:
    printed = works(migrated("first-start", COMPANION_COMMAND="companion"))
    kept = printed.partition("Keep these, none of them on this machine:")[2]
    assert str(tmp_path / "secrets" / "wrapping-key.json") in kept
    assert "“companion keys confirm-copy COPY”" in kept and "“companion backup recipient”" in kept
