"""Test that every command reports an unreadable or unsuitable file in a single sentence."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from companion.cli.installed_files import SITE, closed, differing
from companion.config import Settings
from tests.cli.machines import ROOT, WITHOUT_ROOT_S_RIGHTS, Run, process, works


@pytest.fixture
def as_anybody(environment: dict[str, str]) -> Run:
    """Run commands as an account that can't read other accounts' files."""
    return process(environment, *(WITHOUT_ROOT_S_RIGHTS if os.geteuid() == 0 else ()))


@pytest.mark.parametrize(
    ("what", "says"),
    [
        ("closed", "The portal's account may not read {file}: write “- < {file}” in place of its name."),
        ("missing", "{file} cannot be read: No such file or directory."),
        ("folder", "{file} cannot be read: Is a directory."),
        ("program", "{file} is no site of nginx: it isn't text."),
        ("empty", "{file} names no host: give it with --host."),
    ],
)
def test_a_file_that_is_not_an_nginx_site_is_reported_in_one_sentence(
    as_anybody: Run, tmp_path: Path, what: str, says: str
) -> None:
    file = tmp_path / what
    if what == "folder":
        file.mkdir()
    elif what != "missing":
        file.write_bytes(b"\x7fELF\xff" if what == "program" else b"")
        file.chmod(0o000 if what == "closed" else 0o644)
    done = as_anybody("nginx", "--like", str(file))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"Error: {says.format(file=file)}\n"


def test_the_nginx_command_can_read_a_site_configuration_from_standard_input(
    environment: dict[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "site"
    file.write_text(SITE.read_text().replace("portal.example.org", "notes.example.net"))
    file.chmod(0o600)
    given = process(environment, "sh", "-c", f'exec "$@" < {file}', "sh")
    assert works(given("nginx", "--like", "-")) == file.read_text()


def test_doctor_reports_installed_files_that_are_not_readable_text(
    environment: dict[str, str], tmp_path: Path
) -> None:
    settings, root = Settings.from_environment(environment), tmp_path / "root"
    site, unit = root / "etc/nginx/sites-enabled/companion", root / "etc/systemd/system/companion.service"
    for file in (site, unit):
        file.parent.mkdir(parents=True)
    site.write_bytes(b"\x7fELF\xff")
    unit.mkdir()
    assert {f"/{file.relative_to(root)}" for file in (site, unit)} <= set(differing(settings, root))
    site.unlink()
    site.symlink_to(site)
    assert "/etc/nginx/sites-enabled/companion" in differing(settings, root)
    assert closed(settings, root) == []


def test_doctor_continues_after_an_unreadable_file(environment: dict[str, str], tmp_path: Path) -> None:
    """Because of root's umask, nginx's site file may be unreadable to the portal's account."""
    site = tmp_path / "root/etc/nginx/sites-enabled/companion"
    site.parent.mkdir(parents=True)
    site.write_text(SITE.read_text())
    site.chmod(0o000)
    asks = (
        "from pathlib import Path; from companion.cli.installed_files import closed, differing; "
        "from companion.config import Settings; s = Settings.from_environment(); root = Path('{root}'); "
        "print(closed(s, root)); differing(s, root)"
    ).format(root=tmp_path / "root")
    through = WITHOUT_ROOT_S_RIGHTS if os.geteuid() == 0 else ()
    done = subprocess.run(
        [*through, sys.executable, "-c", asks],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "['/etc/nginx/sites-enabled/companion']\n", done.stderr
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "command",
    [
        ("nginx", "--like", "{file}"),
        ("policies", "check", "statement", "{file}"),
        ("keys", "confirm-copy", "{file}"),
        ("backup", "verify", "{file}"),
        ("backup", "create", "--to", "{file}", "--words", "{home}", "--keys", "{home}"),
        ("backup", "create", "--to", "{other}", "--words", "{file}", "--keys", "{home}"),
        ("erasures", "apply", "--list", "{file}"),
    ],
    ids=lambda command: " ".join(command[:3]),
)
def test_a_file_that_only_root_can_reach_is_not_reported_as_missing(
    migrated: Run, as_anybody: Run, tmp_path: Path, command: tuple[str, ...]
) -> None:
    closed_folder, other = tmp_path / "root", tmp_path / "other"
    closed_folder.mkdir()
    other.touch()
    file = closed_folder / "file"
    file.touch()
    closed_folder.chmod(0o000)
    done = as_anybody(*(each.format(file=file, other=other, home=tmp_path) for each in command))
    closed_folder.chmod(0o700)
    assert done.returncode in (1, 2) and "does not exist" not in done.stderr, done.stderr
    assert f"The portal's account may not read {file}" in done.stderr or (
        f"The portal's account can't reach {file}: put it where that account can." in done.stderr
    )
