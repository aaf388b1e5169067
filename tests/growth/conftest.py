"""Run the long tests only with --full, and provide a newer version of Companion."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.growth.newer import newer_version

collect_ignore = [] if "COMPANION_TEST_FULL" in os.environ else ["test_at_length.py"]


@pytest.fixture(scope="module")
def newer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Yield the source tree of the newer version."""
    with newer_version(tmp_path_factory.mktemp("newer")) as tree:
        yield tree
