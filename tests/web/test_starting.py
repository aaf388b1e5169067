"""What a server loads when it starts."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
STARTS = (
    "import gc, sys; from companion.web.worker import Worker; Worker.setup(); "
    "print(gc.get_freeze_count() > 10_000, *sys.modules)"
)
FOR_COMMANDS = {"alembic", "companion.cli", "zxcvbn", "webauthn"}


def test_its_first_process_loads_the_pages_for_all_and_nothing_that_only_commands_need() -> None:
    said = subprocess.run(
        [sys.executable, "-c", STARTS], cwd=ROOT, capture_output=True, check=True, text=True
    )
    frozen, *loaded = said.stdout.split()
    assert frozen == "True" and "companion.web.participant.work" in loaded
    assert FOR_COMMANDS.isdisjoint(loaded)
