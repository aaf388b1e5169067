"""The tests' browser: the Chromium or Chrome named in $CHROMIUM."""

import os
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parent / "fonts"
FONTS = ("dejavu", "liberation", "noto")
"""The tests' sets of fonts, which make pages look the same on every machine."""


def chromium_path() -> str:
    """Return the browser's path from $CHROMIUM.

    If $CHROMIUM isn't set, the test fails instead of being skipped.
    """
    path = os.environ.get("CHROMIUM")
    if not path:
        pytest.fail("$CHROMIUM is not set: run the tests through ./manage test, which finds a browser.")
    return path


def launch_arguments(fonts: str = FONTS[0]) -> dict[str, Any]:
    """Return arguments that start the browser with only one set of fonts."""
    # Chromium's sandbox refuses to start as root.
    environment = {**os.environ, "FONTCONFIG_FILE": str(FOLDER / f"{fonts}.conf")}
    return {"executable_path": chromium_path(), "chromium_sandbox": os.geteuid() != 0, "env": environment}
