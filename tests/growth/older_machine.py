"""A machine with an older version of Companion, which has no ``policies`` commands."""

import shutil
import sys
from pathlib import Path

import pytest

from companion.cli.installed_files import SHIPPED_HOST
from companion.config import EXIT_URL, Settings
from companion.content import policy_file
from companion.domain.records.policies import Policy
from companion.store.operations.migrations import MAIN
from companion.store.operations.open_databases import open_store, prepare
from tests.fixtures import TUESDAY
from tests.growth.test_install import Tree
from tests.growth.units import DEPLOY, ROOT

BEFORE = Path(__file__).parent / "before"
"""The files that the older version of Companion installed."""
STATEMENT, IN_WELSH = "confidentiality.en.toml", "companion/translations/cy/content.po"
FIRST_WITH_POLICIES = "0024"
HOST, EXIT = "notes.example.net", "https://weather.example/today"
TWO_SERVERS = "    server 10.0.0.11:8000 max_fails=2 fail_timeout=5s;\n    server 10.0.0.12:8000;\n"
OWN_RETENTION = policy_file(Policy.RETENTION).read_text().replace("years = 6", "days = 5000")
CALLS = '#!/bin/sh\necho "$(basename "$0") $*" >> "$(dirname "$0")/calls"\n'


class Machine(Tree):
    """A simulated machine on which an older version of Companion is installed."""

    def __init__(self, folder: Path, databases: Path) -> None:
        super().__init__(folder)
        self.versions = folder / "opt/companion"
        self.site = folder / "etc/nginx/sites-enabled/companion"
        for name in ("systemctl", "nginx"):
            self._script(folder / "usr/local/bin" / name, CALLS)
        self._old_version()
        env = folder / "etc/companion/companion.env"
        shutil.copy(BEFORE / "companion.env", env)
        self.moves_in(env)
        env.write_text(f"{env.read_text()}COMPANION_EXIT_URL='{EXIT}'\nCOMPANION_MODE='test'\n")
        self.settings = Settings.from_environment(
            {
                "COMPANION_MODE": "test",
                "COMPANION_HOME": str(folder / "var/lib/companion"),
                "COMPANION_EXIT_URL": EXIT,
            }
        )
        shutil.copytree(databases, self.settings.home, dirs_exist_ok=True)

    def _old_version(self) -> None:
        old = self.versions / "1"
        shutil.copytree(BEFORE, old / "docs/deploy", ignore=shutil.ignore_patterns("*.toml"))
        (old / "companion/content").mkdir(parents=True)
        shutil.copy(BEFORE / STATEMENT, old / "companion/content")
        (old / "companion/content/retention.toml").write_text(OWN_RETENTION)
        (self.versions / "current").symlink_to("1")
        shutil.copy(BEFORE / "companion", self.folder / "usr/local/bin")
        for unit in (BEFORE / "systemd").iterdir():
            shutil.copy(unit, self.folder / "etc/systemd/system")
        site = (BEFORE / "nginx/companion.conf").read_text().replace(SHIPPED_HOST, HOST)
        site = site.replace("    server 127.0.0.1:8000 max_fails=2 fail_timeout=5s;\n", TWO_SERVERS)
        self.site.write_text(site.replace(EXIT_URL, EXIT))

    def unpacks(self, number: int) -> Path:
        """Unpack this version into a new folder, and return the folder."""
        new = self.versions / str(number)
        shutil.copytree(DEPLOY, new / "docs/deploy")
        for part in ("companion", "migrations", "templates", "static", "wsgi.py"):
            (new / part).symlink_to(ROOT / part)
        share_bytecode(new, "companion", "migrations")
        self._script(new / "manage", "#!/bin/sh\n")
        for each in ("upgrade", "companion"):
            self.moves_in(new / "docs/deploy" / each)
        return new

    def upgrades(self, number: int) -> str:
        return self.types(f"/opt/companion/{number}/docs/deploy/upgrade")

    def called(self) -> list[str]:
        return (self.folder / "usr/local/bin/calls").read_text().splitlines()

    def _script(self, path: Path, text: str) -> None:
        path.write_text(text)
        path.chmod(0o755)


def share_bytecode(version: Path, *parts: str) -> None:
    """Link this version's bytecode folders to existing bytecode, so that Python doesn't compile modules
    again.
    """
    if sys.pycache_prefix:
        kept = Path(f"{sys.pycache_prefix}{version}")
        kept.mkdir(parents=True)
        for part in parts:
            (kept / part).symlink_to(f"{sys.pycache_prefix}{ROOT / part}")


@pytest.fixture(scope="module")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the older version's databases, for each machine to copy."""
    home = tmp_path_factory.mktemp("before")
    settings = Settings.from_environment({"COMPANION_MODE": "test", "COMPANION_HOME": str(home)})
    prepare(settings, TUESDAY)
    with_all = MAIN.revisions
    engine = open_store(settings)._engine
    MAIN.downgrade(engine, with_all[with_all.index(FIRST_WITH_POLICIES) - 1])
    engine.dispose()
    return home
