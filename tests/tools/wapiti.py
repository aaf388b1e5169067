"""Run the attack tool wapiti."""

import json
import re
import sqlite3
from contextlib import closing
from urllib.parse import urlsplit

from tests.tools.tool import PLANTED, Target, run

FINDS = ["sql: SQL Injection", "xss: Reflected Cross Site Scripting"]
"""The planted faults that wapiti must find in a copy of the demo."""
LIBRARY = "/activities/"
FEWEST = {
    ("Sam", "/my/"): 30,
    ("Priya", "/caseload"): 30,
    ("Priya", LIBRARY): 10,
    ("Margaret", "/lead/"): 30,
    ("Alex", "/admin/staff"): 20,
}
"""The minimum number of pages and forms that wapiti must reach, for each account and start page."""
CRAWLING, ATTACKING = 60, 40
"""The time limits in seconds for crawling and for each attack module."""
SPARE = 120
"""How many seconds wapiti may exceed its own time limit."""
ATTACKS = "xss,permanentxss,sql,redirect,crlf,csrf"
"""The attack modules that wapiti runs."""
EXCEPTED = {
    "http_headers: X-Frame-Options is not set": "the policy's frame-ancestors says it to every browser we know",
    "cookieflags: Secure flag is not set": "the demo is on this machine alone; serve has it: tests/security",
    "https_redirect: ": "the demo is on this machine alone; in life the proxy in front does TLS",
    "unsecure_password: ": "as before",
}
"""Reports by wapiti that aren't faults, each with the reason."""

NAMES = "SELECT DISTINCT name FROM params WHERE path_id = paths.path_id ORDER BY name"
SEEN = f"""SELECT path_id, method, path, (SELECT group_concat(name) FROM ({NAMES}))
    FROM paths JOIN responses USING (response_id) WHERE NOT evil ORDER BY status_code >= 400, path_id"""
"""A query for wapiti's requests and parameter names, successful requests first."""


def attack(target: Target) -> list[str]:
    """Run wapiti, and return the reported weaknesses."""
    report = target.folder / "report.json"
    where = ["--scope", "folder" if target.start in (PLANTED, LIBRARY) else "domain"]
    where += ["-C", target.cookie, "--store-session", target.folder, "--store-config", target.folder]
    never = [*target.addresses.ending("*"), "/static/*", *([LIBRARY + "*"] * (target.start != LIBRARY))]
    around = [f"-x={target.origin}{path}{end}" for path in never for end in ("", "?*")]
    around += [f"-s={target.origin}{path}" for path in target.beginnings]
    _wapiti(target, CRAWLING, "passive", *where, *around, "-d", 3, "--max-scan-time", CRAWLING)
    _keep_one_of_each_kind(target)
    attacks = ["--skip-crawl", "--max-attack-time", ATTACKING, "-f", "json", "-o", report]
    said = _wapiti(target, ATTACKING * len(ATTACKS.split(",")), ATTACKS, *where, *attacks)
    assert report.exists(), said[-3000:]
    named = json.loads(report.read_text())["vulnerabilities"]
    found = [f"{each['module']}: {each['info']} ({each['path']})" for of in named.values() for each in of]
    cut = re.findall("Max attack time was reached for module ([a-z]+)", said)
    print(f"wapiti had no time to end {cut}, and reported of what is excepted:")
    print(*sorted({f"  {no}" for no in EXCEPTED for each in found if each.startswith(no)}), sep="\n")
    return [each for each in found if not each.startswith(tuple(EXCEPTED))]


def _wapiti(target: Target, seconds: int, modules: str, *options: object) -> str:
    begin = target.origin + target.start
    return run(target, seconds + SPARE, "-u", begin, "--no-bugreport", "-m", modules, *options)


def _keep_one_of_each_kind(target: Target) -> None:
    """Keep one request of each kind that wapiti has seen.

    If wapiti attacked every request that it has seen, it would run out of time.
    """
    (seen,) = target.folder.glob("*.db")
    with closing(sqlite3.connect(seen)) as database, database:
        kept = set()
        for number, method, address, names in database.execute(SEEN).fetchall():
            kind = target.addresses.kind(method, urlsplit(address).path), names
            if kind in kept:
                database.execute("DELETE FROM paths WHERE path_id = ?", (number,))
            kept.add(kind)
