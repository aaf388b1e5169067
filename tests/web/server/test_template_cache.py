"""Test that compiled templates are cached. Test that a damaged or missing cache causes no errors."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jinja2 import DictLoader, Environment

from companion.web.server.template_cache import ROOT, Compiled

GREETING = "Good {{ time }}."


class Counting(Environment):
    """A template environment that counts compiled templates."""

    def __init__(self, folder: Path, text: str = GREETING) -> None:
        super().__init__(loader=DictLoader({"greeting.txt": text}), bytecode_cache=Compiled(folder))
        self.compiled = 0

    def compile(self, *arguments: Any, **options: Any) -> Any:
        self.compiled += 1
        return super().compile(*arguments, **options)

    @property
    def said(self) -> str:
        return self.get_template("greeting.txt").render(time="morning")


@pytest.fixture(autouse=True)
def keeping(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)


def test_a_template_compiled_by_one_process_is_reused_by_the_next(tmp_path: Path) -> None:
    first, second = Counting(tmp_path / "new"), Counting(tmp_path / "new")
    assert (first.said, first.compiled) == ("Good morning.", 1)
    assert (second.said, second.compiled) == ("Good morning.", 0)
    assert [file.suffix for file in (tmp_path / "new").iterdir()] == [".jinja"]


def test_a_changed_template_is_compiled_again(tmp_path: Path) -> None:
    assert Counting(tmp_path).said == "Good morning."
    changed = Counting(tmp_path, "A good {{ time }}.")
    assert (changed.said, changed.compiled) == ("A good morning.", 1)


@pytest.mark.parametrize("kept", [b"", b"{", slice(0, 30), slice(0, -9)], ids=str)
def test_a_template_with_an_incomplete_cache_file_is_compiled_again(
    tmp_path: Path, kept: bytes | slice
) -> None:
    assert Counting(tmp_path).said == "Good morning."
    [file] = tmp_path.iterdir()
    file.write_bytes(file.read_bytes()[kept] if isinstance(kept, slice) else kept)
    again = Counting(tmp_path)
    assert (again.said, again.compiled) == ("Good morning.", 1)


def test_templates_work_even_if_they_cannot_be_cached(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for _ in range(2):
        without = Counting(tmp_path / "file")
        assert (without.said, without.compiled) == ("Good morning.", 1)


def test_no_templates_are_cached_if_python_may_not_write_bytecode(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert Counting(tmp_path).said == "Good morning."
    assert not list(tmp_path.iterdir())


def test_installing_companion_compiles_every_template(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(tmp_path)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [sys.executable, "-m", "companion.web.server.template_cache"]
    for _ in range(2):
        subprocess.run(command, cwd=ROOT, env=environment, umask=0o022, check=True)
        kept = list(tmp_path.rglob("*.jinja"))
        assert len(kept) == sum(path.is_file() for path in (ROOT / "templates").rglob("*"))
        assert all(file.stat().st_mode & 0o777 == 0o644 for file in kept)
