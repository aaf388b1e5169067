"""A whole service: one PostgreSQL server, two machines, and nginx."""

import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from companion.config import Settings
from tests.bench.portal import Portal, portal
from tests.growth.machine import Machine
from tests.growth.proxy import Browser, Proxy
from tests.postgres import FORGETFUL, postgres_server


@dataclass(frozen=True)
class Service:
    """A service's running processes, and the people who use the service."""

    place: Portal
    machines: tuple[Machine, Machine]
    proxy: Proxy
    folder: Path

    def browser(self) -> Browser:
        """Return a browser that has never visited the service."""
        return Browser(self.proxy)


@contextmanager
def service(
    workers: int = 2, *, migrates: bool = True, outlives: Sequence[str] = FORGETFUL
) -> Iterator[Service]:
    """Start a service with this many workers on each machine, and remove the service after the ``with``
    block.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = stack.enter_context(postgres_server(outlives))
        place = stack.enter_context(portal(server))
        names = ("COMPANION_DATABASE_URL", "COMPANION_KEYS_URL")
        settings = {name: place.environment[name] for name in names} | {"WEB_CONCURRENCY": str(workers)}
        key = Settings.from_environment(place.environment).wrapping_key_file
        first, second = (Machine(folder / name, settings, key) for name in ("first", "second"))
        for each in (first, second):
            stack.callback(each.ends)
        with ThreadPoolExecutor(2) as both:
            for started in [both.submit(each.start, migrates=migrates) for each in (first, second)]:
                started.result()
        proxy = Proxy(folder / "proxy", [first.port, second.port])
        stack.callback(proxy.ends)
        yield Service(place, (first, second), proxy, folder)
