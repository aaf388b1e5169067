"""Run sqlmap or wapiti on the demo.

Usage: ``python -m tests.tools TOOL PYTHON``, where ``PYTHON`` is the interpreter in the tool's own venv.

First, the tool must find planted faults in a copy of the demo. In the real demo, the tool must find nothing
and break nothing. The demo and its copy listen only on this machine. A response with a status of 500 or more
is reported as a fault.
"""

import shutil
import sys
import tempfile
import time
from importlib import import_module
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

from companion.config import Settings
from companion.domain.people import Role
from companion.web.application import make_app
from tests.tools.addresses import ENDING, Addresses
from tests.tools.tool import PLANTED, Target
from tests.trips.portal import Portal
from tests.wire import Remote

EXIT = "http://localhost:1/"


def attacked(
    tool: ModuleType, program: Path, addresses: Addresses, home: Path, who: str, start: str
) -> list[str]:
    """Run the security tool against a portal that uses the data folder ``home``. The tool is signed in as
    ``who``.

    Return the reported faults, and print how many requests the tool made.
    """
    began, asked, results = time.monotonic(), home / "asked.log", home / "results"
    results.mkdir()
    gunicorn = f"--access-logfile {asked} --access-logformat '%(m)s %(U)s %(s)s'"
    if start == PLANTED:
        gunicorn += " --config python:tests.tools.planted"
    portal = Portal(home, EXIT, GUNICORN_CMD_ARGS=gunicorn)
    role = Role(portal.accounts[who]["role"])
    beginnings = [] if start == PLANTED else addresses.beginnings(role)
    portal.start()
    try:
        browser: Any = Remote(portal.address)
        browser.sign_in(portal, SimpleNamespace(**{"totp_secret": "", **portal.accounts[who]}))
        (cookie,) = browser.client.cookies
        cookie = f"{cookie.name}={cookie.value}"
        target = Target(program, portal.address, start, beginnings, addresses, cookie, results)
        found = tool.attack(target)
        assert browser.get("/account").path == "/account", "the session has ended"
    finally:
        portal.kill()
    requests = [line.rsplit(" ", 1) for line in asked.read_text().splitlines()]
    kinds_and_statuses = {(addresses.kind(*request.split(" ", 1)), status) for request, status in requests}
    assert not {f"POST {endpoint}" for endpoint in ENDING} & {kind for kind, _ in kinds_and_statuses}
    answered = {kind for kind, status in kinds_and_statuses if status in ("200", "303")}
    kinds = {kind for kind in answered if addresses.is_of(kind, role)}
    print(f"{who} at {start}: {len(requests)} requests in {time.monotonic() - began:.0f} s,")
    print(f"  {len(kinds)} kinds answered of those for this role alone; found {found}", flush=True)
    if start == PLANTED:
        return [f"missed: {one}" for one in tool.FINDS if not any(one in each for each in found)]
    assert len(kinds) >= tool.FEWEST[who, start], sorted(kinds)
    return found + [f"{request} {status}" for request, status in requests if status.startswith("5")]


def main(name: str, python: str) -> int:
    """Run the tool. Return non-zero if the tool misses a planted fault or finds a real fault."""
    tool, program = import_module(f"tests.tools.{name}"), Path(python).with_name(name)
    with tempfile.TemporaryDirectory() as folder:
        demo = Portal(Path(folder, "demo"), EXIT)
        demo.home.mkdir()
        demo.run("migrate")
        demo.run("demo", "load")
        of_demo = Settings.from_environment({"COMPANION_MODE": "demo", "COMPANION_HOME": str(demo.home)})
        addresses, wrong = Addresses(make_app(of_demo)), []
        for number, (who, start) in enumerate([("Sam", PLANTED), *tool.FEWEST]):
            home = Path(shutil.copytree(demo.home, Path(folder, str(number))))
            wrong += attacked(tool, program, addresses, home, who, start)
    print(*wrong, sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
