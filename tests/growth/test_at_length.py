"""Repeat the failure tests for longer, and test every systemd unit except the web server's."""

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.growth.accidents import loses_a_machine, replaces
from tests.growth.load import Load, failed
from tests.growth.service import Service, service
from tests.growth.units import BACKGROUND, BACKUP, CURRENT

CALM = 10


@pytest.fixture(scope="module")
def running(newer: Path) -> Iterator[Service]:
    """Yield a service whose two machines migrate the database at the same moment."""
    with service() as made:
        yield made


def test_no_answer_is_lost_if_a_machine_is_lost_and_comes_back(running: Service) -> None:
    load = Load(running.place, running.proxy, "Loser", people=12, every=0.5)
    load.begins()
    try:
        loses_a_machine(running, load, CALM)
    finally:
        load.ends()
    assert load.missing() == [] and failed(load.sent()) == []
    assert sum(each.signed_out for each in load.savers) == 0


def test_no_answer_is_lost_in_an_upgrade_and_a_rollback(running: Service, newer: Path) -> None:
    load = Load(running.place, running.proxy, "Newcomer", people=12, every=0.5)
    load.begins()
    try:
        replaces(running, load, newer, CALM)
    finally:
        load.ends()
    assert load.missing() == [] and failed(load.sent()) == []
    assert sum(each.signed_out for each in load.savers) == 0


def test_the_systemd_unit_for_backups_makes_a_complete_backup(running: Service, tmp_path: Path) -> None:
    """The service that the tests share is already migrated, so this test starts a new one."""
    with service(workers=1) as fresh:
        machine = fresh.machines[0]
        places = {"/etc/companion": str(tmp_path), "/mnt": str(tmp_path), CURRENT: str(machine.tree)}
        for name in ("words", "keys", "list"):
            (tmp_path / name).mkdir()
        machine.command("backup", "recipient", str(tmp_path / "companion.public"), str(tmp_path / "private"))
        said = machine.run(BACKUP, "ExecStart", places)
        assert "The words are in" in said and "It is not cut off" in said
        assert [path.name for path in (tmp_path / "list").iterdir()] == ["erased.jsonl"]
        assert len([*(tmp_path / "words").iterdir()]) == len([*(tmp_path / "keys").iterdir()]) == 1


def test_the_systemd_unit_for_background_tasks_starts_and_stops(running: Service) -> None:
    machine = running.machines[0]
    machine.stop()
    machine.begin(BACKGROUND)
    deadline = time.monotonic() + 60
    while "the head of the audit" not in machine.said():
        assert time.monotonic() < deadline, machine.said()
        time.sleep(0.1)
    assert machine.stop() in (0, -signal.SIGTERM)
