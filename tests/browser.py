"""The real browser of the tests: the Chromium or Chrome that `./manage test` found and named in $CHROMIUM."""

import os
from typing import Any

import pytest


def chromium_path() -> str:
    """The browser's program, from $CHROMIUM; without it a test fails, and is never skipped."""
    path = os.environ.get("CHROMIUM")
    if not path:
        pytest.fail("$CHROMIUM is not set: run the tests through ./manage test, which finds a browser.")
    return path


def launch_arguments() -> dict[str, Any]:
    """What pytest-playwright's `browser_type_launch_args` needs to drive it."""
    # Chromium's sandbox refuses to start as root.
    return {"executable_path": chromium_path(), "chromium_sandbox": os.geteuid() != 0}
