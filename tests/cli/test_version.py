"""Test that the program shows its version to operators and to nobody else."""

import subprocess
import sys
import tomllib
from pathlib import Path

from companion.config import version
from tests.visitor import Visitor

ROOT = Path(__file__).parents[2]


def says(*arguments: str) -> str:
    command = [sys.executable, "-m", "companion.cli", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def test_the_version_option_prints_the_projects_version() -> None:
    assert says("--version").startswith(f"Companion {version()}, Flask ")
    assert version() == tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert f"## {version()}" in (ROOT / "docs/CHANGELOG.md").read_text()


def test_the_command_line_help_describes_companion() -> None:
    page = says("--help")
    assert "The commands of Companion." in page and "doctor" in page and "utility script" not in page


def test_no_public_page_reveals_companions_version(visitor: Visitor) -> None:
    for path in ("/help", "/sign-in", "/accessibility", "/healthz"):
        answer = visitor.client.get(path)
        assert version() not in answer.text and version() not in str(answer.headers), path
