"""Let sqlmap loose on the demo: ``python -m tests.tools PYTHON``, with the Python of its own venv.

First on a copy with planted faults, of which it must find one, then on the real one, where it must find nothing and
nothing may break. Both listen on this machine alone; it is signed in, never leaves and never signs out, and
ends in time. An answer of 500 or more counts as found.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from tests.trips.portal import Portal
from tests.wire import Remote

SECONDS = 120
"""How long a tool may take for each of the runs."""
PLANTED = "/planted/"
RUNS = [("Sam", PLANTED), ("Sam", "/my/"), ("Priya", "/caseload")]
NEVER = ["/leave", "/sign-out", "/account/sessions"]
FEWEST = 10
"""So many kinds of request are answered at least, once somebody is signed in; without, it is half of that."""
EXIT = "http://localhost:1/"
SQLMAP = """--batch --disable-coloring --crawl=2 --forms --drop-set-cookie --answers=resend=N --technique=BEU
    --ignore-code=400,401,404,405,409,413,422,429 --param-exclude=csrf_token"""


def sqlmap(program: Path, origin: str, start: str, cookie: str, folder: Path) -> list[str]:
    """The parameters that lead into SQL."""
    options = [f"--cookie={cookie}", f"--crawl-exclude={'|'.join(NEVER)}|/static/", f"--output-dir={folder}"]
    if start == PLANTED:
        options.append(f"--scope={PLANTED}")
    said = _run(program, folder, "-u", origin + start, *SQLMAP.split(), *options)
    assert "testing for SQL injection" in said, said[-3000:]
    return [line for line in said.splitlines() if line.startswith("Parameter: ")]


def _run(program: Path, home: Path, *options: Any) -> str:
    """What it said by its end, or until its time was up."""
    said = home / "said.txt"
    with said.open("w") as told, suppress(subprocess.TimeoutExpired):
        subprocess.run(
            [program, *map(str, options)],
            env={**os.environ, "HOME": str(home)},
            stdin=subprocess.DEVNULL,
            stdout=told,
            stderr=told,
            timeout=SECONDS,
            check=False,
        )
    return said.read_text()


def attacked(program: Path, home: Path, who: str, start: str) -> list[str]:
    """What the tool found, let loose on this data as somebody; it says how much was asked."""
    began, asked, results = time.monotonic(), home / "asked.log", home / "results"
    results.mkdir()
    gunicorn = f"--access-logfile {asked} --access-logformat '%(m)s %(U)s %(s)s'"
    if start == PLANTED:
        gunicorn += " --config python:tests.tools.planted"
    portal = Portal(home, EXIT, GUNICORN_CMD_ARGS=gunicorn)
    portal.start()
    try:
        browser: Any = Remote(portal.address)
        browser.sign_in(portal, SimpleNamespace(**{"totp_secret": "", **portal.accounts[who]}))
        (cookie,) = browser.client.cookies
        signed_in = f"{cookie.name}={cookie.value}"
        found = sqlmap(program, portal.address, start, signed_in, results)
        assert browser.get("/account").path == "/account", "the session has ended"
    finally:
        portal.kill()
    requests = [line.rsplit(" ", 1) for line in asked.read_text().splitlines()]
    answered = {request for request, status in requests if status in ("200", "303")}
    ending = tuple(f"POST {path}" for path in NEVER)
    assert not [request for request, _ in requests if request.startswith(ending)]
    took = f"{time.monotonic() - began:.0f} s"
    print(
        f"{who} at {start}: {len(requests)} requests, {len(answered)} kinds answered, {took}, found {found}"
    )
    if start == PLANTED:
        return [] if found else [f"{program.name} does not find what was planted"]
    assert len(answered) >= FEWEST, answered
    return found + [f"{request} {status}" for request, status in requests if status.startswith("5")]


def main(python: str) -> int:
    """Not 0 where what was planted was missed, or a fault of ours was found."""
    with tempfile.TemporaryDirectory() as folder:
        demo = Portal(Path(folder, "demo"), EXIT)
        demo.home.mkdir()
        demo.run("migrate")
        demo.run("demo", "load")
        wrong = []
        for number, (who, start) in enumerate(RUNS):
            home = Path(shutil.copytree(demo.home, Path(folder, str(number))))
            wrong += attacked(Path(python).with_name("sqlmap"), home, who, start)
    print(*wrong, sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
