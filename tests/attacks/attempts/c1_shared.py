"""Forty clients do nothing but harm, in each of the ways in which one person could take what all people share.

Meanwhile another participant must be able to sign in, save, tell the service something and read help, each
within two seconds. Nothing that was saved or told may be lost. While the database is stopped, the help page
and leaving the site must still answer.
"""

import os
import signal
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.attacks.acts import account_of, hex_of, new_id, sql
from tests.attacks.client import Answer, Browser, own_address
from tests.attacks.harms import CLIENTS, HARMS, harmful
from tests.attacks.judging import Seen
from tests.attacks.places import EVERYWHERE, Place

PLACES = EVERYWHERE
SPOILS = True
BEFORE_SECONDS, ROUNDS, MOST_SECONDS, HELP_SECONDS = 1.5, 3, 2.0, 1.0
STOPPED = ("leaving", "pages", "guesses")
"""The harms that are repeated while the database is stopped."""


def attack(place: Place) -> Seen:
    faults, worst = list[str](), defaultdict[str, float](float)
    for name in HARMS:
        him = _Innocent(place, name)
        with harmful(HARMS[name], place) as errors:
            time.sleep(BEFORE_SECONDS)
            for _ in range(ROUNDS):
                him.does_everything()
        faults += [f"{name}: {each}" for each in him.faults()]
        faults += [f"{name}: a client failed with {each!r}" for each in errors[:1]]
        for act, seconds in him.worst.items():
            worst[act] = max(worst[act], seconds)
        place.settles()
    if place.kind.database == "postgresql":
        faults += _while_stopped(place)
    slowest = ", ".join(f"{act} {seconds:.1f} s" for act, seconds in worst.items())
    return Seen(
        not faults, "; ".join(faults) or f"{len(HARMS)} harms of {CLIENTS} clients; at worst {slowest}"
    )


class _Innocent:
    """Sam, who works as usual while others do harm."""

    def __init__(self, place: Place, harm: str) -> None:
        self._place, self._harm = place, harm
        self._account = place.accounts["Sam"]
        self._whose = account_of(place, place.person("Sam"))
        self._told, self._saved, self._before = 0, "", self._concerns()
        self._slow = list[str]()
        self.worst = defaultdict[str, float](float)

    def does_everything(self) -> None:
        """Read help, sign in on a new device, save a draft, and tell the service something."""
        sam = self._place.stranger()
        self._within("help", sam.get("/help"), 200)
        form = {key: self._account[key] for key in ("sign_in_name", "passphrase")}
        self._within("the sign-in page", page := sam.get("/sign-in"), 200)
        signed_in = sam.post("/sign-in", form, token=page.field("csrf_token"), follow=False)
        if not self._within("signing in", signed_in, 303):
            return
        page = sam.get("/my/messages")
        if self._within("messages", page, 200):
            words = f"I walked home during {self._harm}, {new_id()}."
            draft = {"words": words, "tab": page.field("tab"), "beat": 1, "then": "typing"}
            carried = {name: page.field(name) for name in ("once", "draft_seen")}
            saved = sam.post("/my/messages/draft", {**draft, **carried}, token=page.field("csrf_token"))
            if self._within("saving", saved, 200):
                self._saved = words
        page = sam.get("/my/tell")
        if self._within("the page for telling", page, 200):
            form = {"once": new_id(), "words": "Please call me."}
            told = sam.post("/my/tell", form, token=page.field("csrf_token"))
            self._told += self._within("telling", told, 200)
        self._sam = sam

    def _within(self, act: str, answer: Answer, status: int) -> bool:
        self.worst[act] = max(self.worst[act], answer.seconds)
        if answer.status != status or answer.seconds > MOST_SECONDS:
            self._slow.append(f"{act} was answered {answer.status} after {answer.seconds:.1f} s")
        return answer.status == status

    def faults(self) -> Iterator[str]:
        """Return what Sam had to wait for or was refused, and what was lost afterwards."""
        yield from self._slow
        if self._saved and self._saved not in self._sam.get("/my/messages"):
            yield "what was saved is lost"
        if (kept := self._concerns() - self._before) < self._told:
            yield f"of {self._told} that were told, {kept} are kept"

    def _concerns(self) -> int:
        """Return how many concerns Sam has raised."""
        raised = [hex_of(each) for (each,) in sql(self._place, "SELECT raised_by FROM concerns")]
        return raised.count(self._whose)


def _while_stopped(place: Place) -> list[str]:
    """Stop the database's processes, and return what was answered too late."""
    faults = []
    for name in STOPPED:
        with harmful(HARMS[name], place), _stopped(place):
            time.sleep(BEFORE_SECONDS)
            for path in ("/help", "/leave"):
                stranger = Browser(place, own_address(), patience=MOST_SECONDS * 5)
                answer = stranger.get(path) if path == "/help" else stranger.send(path, b"")
                if answer.status not in (200, 303) or answer.seconds > HELP_SECONDS:
                    faults.append(
                        f"{name}, database stopped: {path} was answered {answer.status} after {answer.seconds:.1f} s"
                    )
        place.settles()
    return faults


@contextmanager
def _stopped(place: Place) -> Iterator[None]:
    """Stop every process of the database server, as a frozen machine would."""
    with place.engine() as engine, engine.connect() as connection:
        backend = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
        server = int(Path(f"/proc/{backend}/stat").read_text().rpartition(")")[2].split()[1])
        processes = [server, *map(int, Path(f"/proc/{server}/task/{server}/children").read_text().split())]
    for each in processes:
        os.kill(each, signal.SIGSTOP)
    try:
        yield
    finally:
        for each in processes:
            os.kill(each, signal.SIGCONT)
