"""Benchmark oTree, a similar application, running on PostgreSQL, by submitting its pages.

oTree has its own venv. A single process serves oTree, as the oTree documentation recommends.
"""

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
from sqlalchemy import make_url

from tests.bench.served import Browser
from tests.ports import free_port
from tests.postgres import fresh_database

LOCK = Path(__file__).with_name("otree.txt")
PLACE = Path(sys.prefix) / "otree"
STARTING_SECONDS = 60
SETTINGS = """
SESSION_CONFIGS = [{"name": "walk", "app_sequence": ["walk"], "num_demo_participants": 1}]
SESSION_CONFIG_DEFAULTS = {"real_world_currency_per_point": 1, "participation_fee": 0, "doc": ""}
LANGUAGE_CODE, REAL_WORLD_CURRENCY_CODE, USE_POINTS = "en", "GBP", True
ADMIN_USERNAME, ADMIN_PASSWORD, SECRET_KEY, DEMO_PAGE_INTRO_HTML = "admin", "for the benchmark", "alone", ""
"""
APP = """
from otree.api import BaseConstants, BaseGroup, BasePlayer, BaseSubsession, Page, models

class C(BaseConstants):
    NAME_IN_URL, PLAYERS_PER_GROUP, NUM_ROUNDS = "walk", None, PAGES

class Subsession(BaseSubsession):
    pass

class Group(BaseGroup):
    pass

class Player(BasePlayer):
    answer = models.LongStringField(label="Think of your last walk. What did you see first?")

class Ask(Page):
    form_model, form_fields = "player", ["answer"]

page_sequence = [Ask]
"""
FILES = {
    "settings.py": SETTINGS,
    "walk/__init__.py": APP,
    "walk/Ask.html": "{{ block content }}{{ formfields }}{{ next_button }}{{ endblock }}",
    "_templates/global/Page.html": '{{ extends "otree/Page.html" }}',
    "_static/empty": "",
}


def install() -> bool:
    """Install oTree in its own venv if necessary, and return whether oTree is installed."""
    mark = PLACE / "installed"
    if mark.exists() and mark.read_bytes() == LOCK.read_bytes():
        return True
    venv.create(PLACE, clear=True, with_pip=True)
    pip = [str(PLACE / "bin/python"), "-m", "pip", "install", "--quiet", "--require-hashes", "--no-deps"]
    if subprocess.run([*pip, "-r", str(LOCK)], check=False).returncode:
        return False
    mark.write_bytes(LOCK.read_bytes())
    return True


class Submitter:
    """An oTree participant who keeps submitting pages."""

    def __init__(self, port: int, code: str) -> None:
        self._browser, self._page = Browser(port), f"/InitializeParticipant/{code}"
        self.taken = 0
        while True:
            status, answer = self._browser.get(self._page)
            if status == 200:
                return
            self._page = _leads_to(status, answer)

    def submits(self) -> None:
        """Submit one page. Raise ``ValueError`` if oTree doesn't accept the page."""
        self._page = _leads_to(*self._browser.post(self._page, {"answer": "A blackbird on the wall."}))
        self.taken += 1


def _leads_to(status: int, answer: bytes) -> str:
    found = re.search(rb"\r\nlocation: *(\S+)", answer, re.IGNORECASE)
    if status not in (302, 307) or not found:
        raise ValueError(f"oTree answered {status}")
    return urlsplit(found[1].decode()).path


@contextmanager
def otree(server_url: str, callers: int, pages: int) -> Iterator[list[Submitter]]:
    """Yield ``callers`` oTree participants, who can each submit ``pages`` pages.

    After the run, raise ``ValueError`` if oTree accepted a page of answers but didn't store it.
    """
    url = make_url(fresh_database(server_url, "otree"))
    address = f"postgresql://{url.username}@/{url.database}?host={url.query['host']}&port={url.query['port']}"
    path = f"{PLACE / 'bin'}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "DATABASE_URL": address, "OTREE_PRODUCTION": "1", "PATH": path}
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as log:
        for name, text in FILES.items():
            (Path(folder) / name).parent.mkdir(parents=True, exist_ok=True)
            (Path(folder) / name).write_text(text.replace("PAGES", str(pages)))
        port = free_port()
        surroundings: dict[str, Any] = {"cwd": folder, "env": environment, "stdout": log, "stderr": log}
        program = str(PLACE / "bin/otree")
        subprocess.run([program, "resetdb", "--noinput"], **surroundings, check=True)
        server = subprocess.Popen(
            [program, "prodserver1of2", str(port)], **surroundings, start_new_session=True
        )
        try:
            _begin(port, callers)
            with psycopg.connect(address) as database:
                codes = [code for (code,) in database.execute("SELECT code FROM otree_participant")]
            submitters = [Submitter(port, code) for code in codes]
            yield submitters
            with psycopg.connect(address) as database:
                stored = database.execute(
                    "SELECT count(*) FROM walk_player WHERE answer IS NOT NULL"
                ).fetchone()
            taken = sum(each.taken for each in submitters)
            if stored != (taken,):
                raise ValueError(f"oTree took {taken} answers, and {stored} are stored")
        finally:
            # end the whole process group, because oTree serves from a child process
            os.killpg(server.pid, signal.SIGTERM)
            server.wait()


def _begin(port: int, participants: int) -> None:
    """Start an oTree session for this many participants."""
    asked = json.dumps({"session_config_name": "walk", "num_participants": participants})
    deadline = time.monotonic() + STARTING_SECONDS
    while time.monotonic() < deadline:
        with suppress(ConnectionRefusedError):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=STARTING_SECONDS)
            connection.request("POST", "/api/sessions", asked, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            if answer.status != 200:
                raise RuntimeError(f"oTree began no session: {answer.status}")
            return
        time.sleep(0.1)
    raise RuntimeError("oTree did not start")
