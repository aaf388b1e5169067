"""Fixtures for Sam's browser and for work that Sam has answered."""

from types import SimpleNamespace
from uuid import UUID

import pytest

from tests.cast import Cast
from tests.visitor import Visitor


@pytest.fixture
def sam(enter: SimpleNamespace) -> Visitor:
    return enter.sam


@pytest.fixture
def hopes(cast: Cast) -> UUID:
    """Return the id of a piece of Sam's work that has three answers."""
    work_id = cast.priya.sets(cast.sam, "hopes-and-fears")
    cast.sam.answers(work_id, "hopes", "To feel calmer", "To sleep well")
    cast.sam.answers(work_id, "why-it-matters", "I want my evenings back.")
    return work_id
