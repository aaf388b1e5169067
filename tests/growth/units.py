"""The units in ``docs/deploy/systemd`` and their commands, for a machine without systemd."""

import shlex
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "docs" / "deploy"
UNITS = DEPLOY / "systemd"
CURRENT = "/opt/companion/current"
PYTHON = ".venv/bin/python"


@dataclass(frozen=True)
class Unit:
    """A systemd unit file."""

    path: Path

    def every(self, name: str) -> list[str]:
        """Return every value of this setting."""
        lines = [line.partition("=") for line in self.path.read_text().splitlines()]
        return [value for key, _, value in lines if key == name]

    def value(self, name: str) -> str:
        """Return the setting's value. The systemd unit must contain the setting exactly once."""
        (only,) = self.every(name)
        return only

    def commands(self, name: str, places: Mapping[str, str]) -> list[list[str]]:
        """Return the commands of a setting such as ``ExecStart``, split into words the way systemd does.

        ``places`` says which test path to use for each path in the systemd unit.
        """
        found = []
        for line in self.every(name):
            for place, here in {**places, PYTHON: sys.executable}.items():
                line = line.replace(place, here)
            found.append([word.replace("$$", "$").replace("%%", "%") for word in shlex.split(line)])
        return found

    @property
    def environment(self) -> dict[str, str]:
        """Return the environment variables that ``Environment=`` lines set."""
        return dict(shlex.split(each)[0].split("=", 1) for each in self.every("Environment"))


WEB, BACKGROUND, BACKUP = (
    Unit(UNITS / f"{name}.service") for name in ("companion", "companion-background", "companion-backup")
)
SOCKET, TIMER = Unit(UNITS / "companion.socket"), Unit(UNITS / "companion-backup.timer")
