"""Configure the tests' database and timeouts, and the order in which the tests run.

tests/fixtures.py defines the fixtures.
"""

import os
import shutil
from contextlib import ExitStack
from pathlib import Path

import hypothesis
import pytest

from tests.browser import FONTS

# pytest must know these modules before they are imported
pytest.register_assert_rewrite("tests.fixtures", "tests.security.canary_trip")
DOMAIN = Path(__file__).parent / "domain"
LONG = {
    *("walks", "web", "races", "test_whole_programme.py", "test_kinds.py"),
    *("test_storm.py", "test_storm_on_postgresql.py", "test_failures.py"),
}
"""Folders and files that contain slow tests."""

MEMORY, ROOM = Path("/dev/shm"), 2 << 30
"""A folder in memory for the tests' databases, and the number of bytes that must be free there.

With databases on a disk, every commit would have to wait for the disk.
"""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.addoption("--fonts", choices=FONTS, default=FONTS[0], help="what the browser shows pages with")
    parser.addoption("--full", action="store_true", help="also what takes long")


def pytest_configure(config: pytest.Config) -> None:
    if any(not _is_of_the_domain(config, each) for each in config.args):
        # imported here, because tests of the domain don't need the application
        from tests import compiled

        compiled.install()
        config.pluginmanager.import_plugin("tests.fixtures")
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM:
        # pytest creates its temporary folders in memory if there is enough room
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))
    if config.getoption("full"):
        os.environ["COMPANION_TEST_FULL"] = "1"
    examples = 5000 if config.getoption("full") else 100
    hypothesis.settings.register_profile(
        "companion",
        max_examples=examples,
        deadline=None,  # a slow run on a busy machine doesn't mean that the code is wrong
        suppress_health_check=[hypothesis.HealthCheck.too_slow],
    )
    hypothesis.settings.load_profile("companion")
    if config.getoption("database") == "postgresql" and not hasattr(config, "workerinput"):
        from tests.postgres import postgres_server

        stack = ExitStack()
        config.add_cleanup(stack.close)
        # test worker processes inherit this variable
        os.environ["COMPANION_TEST_SERVER"] = stack.enter_context(postgres_server())


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Run the slow tests first, so that all workers finish at about the same time."""
    if not config.getoption("full"):
        items[:] = [item for item in items if not item.get_closest_marker("full")]
    items.sort(key=lambda item: LONG.isdisjoint(item.path.parts))


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark tests whose result may depend on the kind of database."""
    if "server" in getattr(item, "fixturenames", ()) and not item.get_closest_marker("embedded"):
        item.add_marker("database")


def _is_of_the_domain(config: pytest.Config, argument: str) -> bool:
    """Return whether this command-line argument names tests in tests/domain, which need no fixtures."""
    path = Path(config.invocation_params.dir, argument.partition("::")[0])
    return path.is_relative_to(DOMAIN)
