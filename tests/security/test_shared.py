"""Test that the table “What everybody shares” in docs/threat-model.md names everything that people share.

``tests/attacks/attempts/c1_shared.py`` tries each harm that the table names.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from companion.domain.caseloads.queue import Reason
from companion.store.rate_limits import LIMITS
from tests.attacks.harms import HARMS

ROOT = Path(__file__).parents[2]
LIBRARIES = {"concurrent", "fcntl", "multiprocessing", "queue", "sqlalchemy", "threading"}
SHARING = {
    "Condition", "Lock", "Process", "Queue", "RLock", "Semaphore", "BoundedSemaphore", "SimpleQueue",
    "Thread", "ThreadPoolExecutor", "create_engine", "flock",
}  # fmt: skip
"""Whatever makes people wait for each other begins with one of these."""
UNREACHED = {
    "companion/cli/background/metrics.py": "the operator's own listener",
    "companion/store/operations/backups/sealed_file.py": "only an operator's commands use it",
    "companion/store/operations/counters.py": "held for one addition",
    "companion/store/records/erased_list.py": "held while a lead's approval appends a line",
    "companion/store/signposts/help_file.py": "held while an administrator saves the directory",
    "companion/web/gate/databases.py": "one thread for each process, which no request starts",
}
"""Files whose locks and threads nobody can hold or wait for by sending requests, each with the reason."""


class Row(NamedTuple):
    """What people share, the code that shares it, and what one person can take of it."""

    what: str
    code: str
    most: str
    served: str
    harms: str


def rows() -> list[Row]:
    """Return the rows of the table in ``docs/threat-model.md``."""
    text = (ROOT / "docs/threat-model.md").read_text()
    section = re.split(r"^## ", text.partition("\n## What everybody shares\n")[2], flags=re.MULTILINE)[0]
    lines = [line for line in section.splitlines() if line.startswith("|")][2:]
    return [Row(*(cell.strip() for cell in line.strip("| ").split(" | "))) for line in lines]


def named(column: str) -> set[str]:
    """Return everything that this column of the table names in backticks."""
    return {name for row in rows() for name in re.findall(r"`([^`]+)`", getattr(row, column))}


def sharing() -> Iterator[str]:
    """Yield the path of each file in ``companion/`` that starts threads, or makes a lock, queue or pool."""
    for path in sorted((ROOT / "companion").rglob("*.py")):
        tree = ast.parse(path.read_text())
        imported = {
            alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and str(node.module).partition(".")[0] in LIBRARIES
            for alias in node.names
        }
        used = {
            node.attr
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id in LIBRARIES
        }
        if SHARING & (imported | used):
            yield str(path.relative_to(ROOT))


def test_every_row_says_what_one_person_can_take_and_who_is_still_served() -> None:
    assert len(rows()) > 9
    assert not [row for row in rows() if not all(row)]


def test_every_lock_queue_and_pool_that_requests_share_has_a_row() -> None:
    assert {*sharing()} - named("code") == {*UNREACHED}


def test_every_file_that_the_table_names_exists() -> None:
    files = {name for name in named("code") if "/" in name}
    assert not [name for name in files if not (ROOT / name).exists()]


def test_every_limit_on_everybody_has_a_row() -> None:
    assert {name for name in LIMITS if name.endswith(".overall")} <= named("code")


def test_every_kind_of_row_in_the_queue_of_staff_has_a_row() -> None:
    assert {f"Reason.{reason.name}" for reason in Reason} <= named("code")


def test_every_row_is_tried_by_forty_harmful_clients() -> None:
    assert named("harms") == {*HARMS}
    assert not [row.what for row in rows() if "`" not in row.harms]
