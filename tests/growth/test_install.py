"""Test the commands that the documentation gives for installing and restoring Companion."""

import os
import re
import runpy
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.growth.units import DEPLOY, PYTHON, ROOT

SITE = DEPLOY / "nginx" / "companion.conf"
ACCOUNT = (
    "setpriv --reuid companion --regid companion --init-groups -- ",
    "-o companion -g companion ",
    "chown -R companion:companion /back && ",
)
"""The tests leave out these parts of the documented shell commands, because the parts need root."""


def lines(document: str, after: str) -> list[str]:
    """Return the first block of command lines after these words in the document."""
    text = (ROOT / "docs" / document).read_text().partition(after)[2]
    block = re.search(r"\n\n((?:    .+\n)+)\n", text)
    assert block
    return [line.strip() for line in block[1].splitlines()]


PLACES = ("usr/local/bin", "etc/companion", "etc/systemd/system", "etc/nginx/sites-enabled", "opt/companion")


class Tree:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for place in PLACES:
            (folder / place).mkdir(parents=True)

    def types(self, *commands: str) -> str:
        """Run these command lines, and return the output.

        Fail the test if a command fails.
        """
        return self.typed(*commands).stdout

    def typed(self, *commands: str) -> subprocess.CompletedProcess[str]:
        """Run these command lines, and return the output and errors."""
        outside = {name: each for name, each in os.environ.items() if not name.startswith("COMPANION_")}
        path = f"{self.folder}/usr/local/bin:{os.environ['PATH']}"
        done = subprocess.run(
            ["sh", "-e", "-c", "\n".join(map(self._here, commands))],
            cwd=DEPLOY,
            env={**outside, "PATH": path},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done

    def installs(self) -> None:
        """Run the fifth command line of the installation instructions."""
        self.types(lines("deployment.md", "## One machine")[4])
        for each in ("etc/companion/companion.env", "usr/local/bin/companion"):
            self.moves_in(self.folder / each)
        (self.folder / "opt/companion/current").symlink_to(ROOT)

    def moves_in(self, script: Path) -> None:
        """Change the paths in a script to paths in this temporary folder."""
        script.write_text(self._here(script.read_text()))

    def _here(self, text: str) -> str:
        for each in ACCOUNT:
            text = text.replace(each, "")
        places = re.compile(r"(?<![\w./])(?=/(?:etc|opt/companion|usr/local|var/lib|back)\b)")
        return places.sub(str(self.folder), text).replace(PYTHON, sys.executable)


def test_an_operator_types_the_host_name_for_nginx_only_once(tmp_path: Path) -> None:
    typed = lines("deployment.md", "## One machine")
    assert len(typed) == 10
    (named,) = (line for line in typed if "portal.example.org" in line)
    (site,) = (line for line in typed if line.startswith("companion nginx "))
    name, _certificate = named.replace("portal.example.org", "notes.example.net").split("; ")
    tree = Tree(tmp_path)
    tree.installs()
    tree.types(name, site)
    assert {each.name for each in (tmp_path / "etc/companion/pages").iterdir()} == {
        each.name for each in (DEPLOY / "nginx/pages").iterdir()
    }
    made = (tmp_path / "etc/nginx/sites-enabled/companion").read_text()
    assert made == SITE.read_text().replace("portal.example.org", "notes.example.net")


def test_installed_files_are_readable_despite_a_strict_umask(
    tmp_path: Path,
) -> None:
    typed = lines("deployment.md", "## One machine")
    tree = Tree(tmp_path)
    for name in ("apt-get", "useradd"):
        (tmp_path / "usr/local/bin" / name).write_text("#!/bin/sh\n")
        (tmp_path / "usr/local/bin" / name).chmod(0o755)
    (tmp_path / "etc/companion").rmdir()
    folders = typed[2].partition(" && ")[0]
    assert folders.startswith("mkdir -p ")
    tree.types("umask 077", typed[0], folders, typed[4])
    (settings,) = (tmp_path / "etc/companion").glob("*.env")
    assert settings.stat().st_mode & 0o777 == 0o600
    for each in (tmp_path / "etc/companion").rglob("*"):
        assert each == settings or each.stat().st_mode & 0o004, each
    assert (tmp_path / "etc/companion").stat().st_mode & 0o005 == 0o005
    assert [each for each in (tmp_path / "etc/systemd/system").iterdir() if not each.stat().st_mode & 4] == []


def test_installing_does_not_use_a_python_interpreter_in_a_private_home_folder(tmp_path: Path) -> None:
    manage = runpy.run_path(str(ROOT / "manage"))
    theirs = tmp_path / "home" / "python3"
    theirs.parent.mkdir()
    theirs.touch(0o755)
    tmp_path.chmod(0o755)
    open_above = all(each.stat().st_mode & 0o001 for each in tmp_path.parents)
    assert manage["open_to_all"](str(theirs)) == open_above
    theirs.parent.chmod(0o700)
    assert not manage["open_to_all"](str(theirs))
    assert manage["open_to_all"]("/bin/sh")


def test_files_that_only_their_owner_can_read_are_not_installed(
    open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manage, version = runpy.run_path(str(ROOT / "manage"))["let_all_read"], open_folder / "companion" / "1"
    (version / "companion").mkdir(parents=True)
    (version / "companion" / "config.py").touch(0o644)
    monkeypatch.setitem(manage.__globals__, "ROOT", version)
    before = os.umask(0o077)
    try:
        manage()
        assert os.umask(0o077) == 0o022
        (version / "companion" / "config.py").chmod(0o600)
        with pytest.raises(SystemExit, match="chmod -R go"):
            manage()
        version.parent.chmod(0o700)
        with pytest.raises(
            SystemExit, match=f"can enter {version.parent}. Call chmod go.rx {version.parent}$"
        ):
            manage()
    finally:
        os.umask(before)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Yield a folder that every account can enter, unlike the tests' own folders."""
    with tempfile.TemporaryDirectory(dir="/tmp") as made:
        Path(made).chmod(0o755)
        yield Path(made)


def test_commands_look_for_certificates_in_their_own_accounts_home_folder(
    tmp_path: Path,
) -> None:
    tree = Tree(tmp_path)
    tree.installs()
    script = tmp_path / "usr/local/bin/companion"
    script.write_text(
        re.sub(rf"{sys.executable} -m \$program --app wsgi", "/usr/bin/env", script.read_text())
    )
    assert f"HOME={tmp_path}/var/lib/companion" in tree.types("HOME=/root companion").splitlines()


def test_usage_messages_name_the_command_that_the_operator_typed(tmp_path: Path) -> None:
    tree = Tree(tmp_path)
    tree.installs()
    said = tree.types("companion --help")
    assert said.startswith("Usage: companion [OPTIONS] COMMAND") and "The commands of Companion. " in said
    assert tree.types("companion policies import --help").startswith(
        "Usage: companion policies import [OPTIONS]"
    )
    with pytest.raises(AssertionError, match="Try 'companion nginx --help' for help"):
        tree.types("companion nginx")


def test_a_backup_can_be_restored_on_a_new_machine(tmp_path: Path) -> None:
    old, new = Tree(tmp_path / "old"), Tree(tmp_path / "new")
    back, keys = new.folder / "back", tmp_path / "keys"
    for folder in (old.folder / "var/lib/companion", back, keys):
        folder.mkdir(parents=True, mode=0o700)
    old.installs()
    old.types(
        "companion migrate",
        f"companion backup recipient {back}/companion.public {back}/companion.private",
        f"companion backup create --to {back}/companion.public --words {back} --keys {keys}",
        f"companion erasures list > {back}/erased.jsonl",
    )
    for each in (old.folder / "var/lib/companion/secrets/wrapping-key.json", *keys.iterdir()):
        shutil.copy(each, back)

    new.installs()
    said = new.types(*lines("runbook.md", "**10. A machine, or its disk, is gone.**"))
    assert "Everything is there. Everybody has to sign in again." in said and not back.exists()
    new.types("companion migrate", "companion first-start", "companion audit verify")
