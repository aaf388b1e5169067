"""Portals to attack, each a copy of a portal with the demo data."""

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.attacks.places import Kind, Place
from tests.growth.proxy import Proxy
from tests.ports import free_port
from tests.postgres import fresh_database, postgres_server


class KnownProxy(Proxy):
    """An nginx that trusts any client address that an attacker claims."""

    def _main(self) -> str:
        line = f"    set_real_ip_from 127.0.0.0/8;\n    real_ip_header {Place.CLAIM};\n"
        return super()._main().replace("    include", f"{line}    include", 1)


class Grounds:
    """Creates portals for attacks, by copying a demo that already contains example data."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder, self._stack = folder, stack
        self._loaded: dict[str, tuple[Path, str]] = {}
        self._made = 0

    @contextmanager
    def portal(self, kind: Kind) -> Iterator[Place]:
        """Start a portal of this kind, and remove the portal when the context ends."""
        loaded, server = self._demo(kind.database)
        self._made += 1
        home = Path(shutil.copytree(loaded, self._folder / f"{kind}-{self._made}"))
        if kind.mode == "serve":
            (home / "demo-only").unlink()
        urls = _databases(server, f"portal_{self._made}", "loaded") if server else {}
        place = Place(kind, home, free_port(), _settings(kind, home, urls))
        try:
            place.start()
            if kind.mode == "serve":
                place.proxy = KnownProxy(home / "proxy", [place.port])
            yield place
        finally:
            place.stop()
            shutil.rmtree(home, ignore_errors=True)

    def _demo(self, database: str) -> tuple[Path, str]:
        """Return a stopped demo's data folder, and the URL of its database server, if any."""
        if database not in self._loaded:
            kind = Kind("demo", database)
            home = self._folder / f"loaded-{database}"
            home.mkdir()
            server = self._stack.enter_context(postgres_server()) if database == "postgresql" else ""
            urls = _databases(server, "loaded", "template1") if server else {}
            place = Place(kind, home, free_port(), _settings(kind, home, urls))
            try:
                place.start()
            finally:
                place.stop()
            # approve every activity, as if a lead had read it
            with place.engine() as engine, engine.begin() as connection:
                connection.exec_driver_sql("UPDATE activity_versions SET approved_at = created_at")
            self._loaded[database] = home, server
        return self._loaded[database]


@contextmanager
def grounds() -> Iterator[Grounds]:
    """Yield an object with which the attack tests start their portals. Afterwards, delete all the portals'
    files.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="companion-attacks-")))
        yield Grounds(folder, stack)


def _databases(server: str, name: str, template: str) -> dict[str, str]:
    return {
        "COMPANION_DATABASE_URL": fresh_database(server, name, template),
        "COMPANION_KEYS_URL": fresh_database(
            server, f"{name}_keys", template if template == "template1" else f"{template}_keys"
        ),
    }


def _settings(kind: Kind, home: Path, urls: Mapping[str, str]) -> dict[str, str]:
    return {
        "COMPANION_MODE": kind.mode,
        "COMPANION_HOME": str(home),
        "COMPANION_METRICS_ADDRESS": "",
        **urls,
    }
