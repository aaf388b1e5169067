"""Test that systemd accepts the units and gives each a good enough security rating.

Test that every file and command that is named in a systemd unit exists.
"""

import re
import subprocess
from pathlib import Path

import click
import pytest
from argon2.profiles import RFC_9106_LOW_MEMORY

from companion import create_app
from companion.store.accounts import passphrases
from companion.store.operations import open_databases
from companion.web import worker
from tests.fixtures import settings_in
from tests.growth.sandbox import allowed
from tests.growth.units import BACKGROUND, BACKUP, CURRENT, DEPLOY, ROOT, SOCKET, TIMER, UNITS, WEB, Unit

SERVICES = (WEB, BACKGROUND, BACKUP)
MOST_OPEN = 2.0
"""The highest acceptable exposure score, out of 10, from ``systemd-analyze security``.

Without restrictions, systemd gives the unit an exposure score of 9.2.
"""


def analyzed(*arguments: str) -> str:
    done = subprocess.run(["systemd-analyze", *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_systemd_accepts_every_unit() -> None:
    assert analyzed("verify", "--man=no", *(str(path) for path in sorted(UNITS.iterdir()))) == ""


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.path.stem)
def test_systemd_rates_the_exposure_of_every_unit_as_low_enough(unit: Unit) -> None:
    said = analyzed("security", "--offline=yes", "--no-pager", str(unit.path))
    (open_to,) = re.findall(r"Overall exposure level for \S+: ([0-9.]+)", said)
    assert float(open_to) <= MOST_OPEN


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.path.stem)
def test_every_systemd_unit_writes_only_to_its_own_folder(unit: Unit) -> None:
    assert unit.value("User") == unit.value("Group") == unit.value("StateDirectory") == "companion"
    assert unit.value("EnvironmentFile") == "/etc/companion/companion.env"
    # log lines and error messages that name a command begin the command with this value
    assert unit.environment["COMPANION_COMMAND"] == "companion"
    assert unit.value("UMask") == "0077" and unit.value("ProtectSystem") == "strict"
    writable = unit.every("ReadWritePaths")
    assert writable == (["/mnt/words /mnt/keys /mnt/list"] if unit is BACKUP else [])
    for command in unit.commands("ExecStart", {}):
        assert command[:2] == ["/bin/sh", "-c"] and command[2].startswith(f"cd -P {CURRENT} && ")


def test_all_installed_files_refer_to_the_same_settings_file_and_port() -> None:
    settings = (DEPLOY / "companion.env").read_text()
    (port,) = re.findall(r"^PORT='(\d+)'$", settings, re.MULTILINE)
    assert SOCKET.value("ListenStream") == f"127.0.0.1:{port}"
    assert f"server 127.0.0.1:{port} " in (DEPLOY / "nginx/companion.conf").read_text()
    assert "COMPANION_HOME='/var/lib/companion'" in settings
    assert "/etc/companion/companion.env" in (DEPLOY / "companion").read_text()


def test_the_socket_unit_can_listen_on_an_address_that_does_not_exist_yet() -> None:
    """Just after the machine boots, its private address might not exist yet. Without ``FreeBind``, systemd
    can't open the socket before the address exists, and doesn't try again.
    """
    assert SOCKET.value("FreeBind") == "yes"


def test_the_backup_timer_runs_every_night() -> None:
    assert analyzed("calendar", TIMER.value("OnCalendar")) and TIMER.value("Persistent") == "yes"


def test_the_unit_allows_only_the_system_calls_that_companion_needs() -> None:
    left = allowed(WEB.every("SystemCallFilter"))
    assert {"openat", "accept4", "execve", "futex"} <= left
    assert left.isdisjoint({"ptrace", "mount", "setuid", "chown", "setrlimit", "kexec_load", "bpf"})


def test_systemds_limit_on_tasks_allows_all_threads_of_eight_worker_processes() -> None:
    (serves,) = WEB.commands("ExecStart", {})
    (threads,) = re.findall(r"--threads (\d+) ", serves[2])
    hashing = passphrases.AT_ONCE * (1 + RFC_9106_LOW_MEMORY.parallelism)
    each = (
        1 + int(threads) + worker.APART + worker.TO_HASH + hashing + 1
    )  # the last thread is the one that opens databases that were down
    assert "enough for eight processes" in (ROOT / "docs/deployment.md").read_text()
    assert 8 * each + 1 <= int(WEB.value("TasksMax")) and WEB.value("MemoryMax") == "2G"


def test_waiting_for_a_migration_ends_before_systemds_timeout() -> None:
    (minutes,) = re.findall(r"^(\d+)min$", WEB.value("TimeoutStartSec"))
    assert int(minutes) * 60 - 120 > open_databases.MIGRATED_WITHIN


@pytest.mark.parametrize("document", ["runbook", "deployment"])
def test_every_command_in_the_operators_documents_exists(document: str, tmp_path: Path) -> None:
    commands = create_app(settings_in(tmp_path), for_commands=True).cli.commands
    text = (ROOT / f"docs/{document}.md").read_text()
    named = re.findall(r"(?:`|&& |    |/2 )companion ([a-z][a-z-]*)(?: ([a-z][a-z-]*))?", text)
    assert len(named) >= 2
    for name, under in named:
        command = commands[name]
        assert not isinstance(command, click.Group) or under in command.commands, (name, under)
