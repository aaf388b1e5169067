"""Test that the operations guide's script opens a backup without Companion's code."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from companion.store.base import Store
from companion.store.operations.backups.copy import Copy
from companion.store.operations.backups.sealed_file import SealedFile
from tests.backups import Rehearsal
from tests.cast import Cast
from tests.fixtures import Clock

GUIDE = Path(__file__).parents[2] / "docs/operations.md"
MANIFEST, ROW = "e ", "r "


@pytest.fixture
def script(tmp_path: Path) -> Path:
    (code,) = re.findall(r"^```python\n(.*?)^```$", GUIDE.read_text(), re.DOTALL | re.MULTILINE)
    assert "companion." not in code and "import companion" not in code
    path = tmp_path / "open_backup.py"
    path.write_text(code)
    return path


def opened(script: Path, file: Path, private: Path) -> subprocess.CompletedProcess[str]:
    """Run the script in Python's isolated mode, where only installed packages can be imported."""
    command = [sys.executable, "-I", str(script), str(file), str(private)]
    return subprocess.run(command, cwd=script.parent, capture_output=True, text=True, check=False)


def test_backups_can_be_read_with_only_the_script_in_the_operations_guide(
    script: Path, cast: Cast, store: Store, rehearsal: Rehearsal, clock: Clock
) -> None:
    cast.sam.writes("Can we meet later?")
    made = rehearsal.makes(store, clock.now)
    for path in (made.words, made.keys):
        manifest = Copy(SealedFile(path), rehearsal.holder).read()
        done = opened(script, path, rehearsal.private)
        assert done.returncode == 0, done.stderr
        *lines, last = done.stdout.splitlines()
        assert sum(line.startswith(ROW) for line in lines) == manifest.rows > 0
        told = json.loads(last.removeprefix(MANIFEST))
        assert (told["facts"]["backup"], told["revision"]) == (manifest.facts.backup, manifest.revision)
        assert "Can we meet later?" not in done.stdout


def test_the_script_in_the_operations_guide_refuses_a_changed_backup(
    script: Path, store: Store, rehearsal: Rehearsal, clock: Clock
) -> None:
    path = rehearsal.makes(store, clock.now).keys
    data = bytearray(path.read_bytes())
    data[-40] ^= 1
    path.write_bytes(data)
    done = opened(script, path, rehearsal.private)
    assert done.returncode == 1 and MANIFEST not in done.stdout
