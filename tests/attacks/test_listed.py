"""Test that every attack is listed and described, and that the runner reports results correctly."""

import inspect
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType

import pytest

from tests.attacks import attempts, judging, listed
from tests.attacks.__main__ import chosen, ended_in_time, judged, on
from tests.attacks.judging import Seen, watched
from tests.attacks.listed import Attack
from tests.attacks.places import DEMO, EVERYWHERE, POSTGRESQL, SERVE, Kind, Place

NUMBERS = {*(f"a{number}" for number in range(1, 7)), *(f"b{number}" for number in range(7, 16)), "c1"}
ELSEWHERE: dict[str, tuple[Kind, ...]] = {"a5": SERVE, "b14_erasure": POSTGRESQL, "b14_retention": POSTGRESQL}
"""The attacks that are possible only on some kinds of portal.

Attack ``a5`` fakes a client's address, which the portal learns from nginx, so it needs nginx. On SQLite, but
not on PostgreSQL, only one transaction can write at a time.
"""


def planted(act: object, places: tuple[Kind, ...] = EVERYWHERE, *, spoils: bool = False) -> Attack:
    """Return an invented attack that calls the function ``act``."""
    module = ModuleType(f"{attempts.__name__}.z1_planted", "Something is done, and nothing may come of it.")
    vars(module).update(PLACES=places, SPOILS=spoils, attack=act)
    return Attack(module)


def test_every_numbered_attack_in_the_security_review_has_a_script() -> None:
    assert {each.name.partition("_")[0] for each in listed.attacks()} == NUMBERS


def test_every_attack_has_a_description_and_a_list_of_portals_to_attack() -> None:
    for attack in listed.attacks():
        done, _, holds = attack.about.partition("\n\n")
        assert done.strip() and re.search(
            r"\b(must|may|is to|are to|ends|is refused|is on record)\b", holds
        ), attack.name
        expected = next((places for name, places in ELSEWHERE.items() if attack.is_named(name)), EVERYWHERE)
        assert attack.places == expected, attack.name
        assert [*inspect.signature(attack.module.attack).parameters] == ["place"], attack.name


def test_the_command_can_name_the_attacks_to_run_and_the_portals_to_attack() -> None:
    kinds, attacks, unknown = chosen(["a4", "demo-sqlite", "b99"])
    assert [str(each) for each in kinds] == ["demo-sqlite"]
    assert {each.name.partition("_")[0] for each in attacks} == {"a4"} and len(attacks) > 1
    assert unknown == ["b99"]
    assert chosen([]) == ([*EVERYWHERE], listed.attacks(), [])


class Server:
    """A page that responds immediately, except during an attack."""

    def __init__(self, seconds: float, status: int = 200) -> None:
        self.seconds, self.status, self.attacked = seconds, status, False
        handler = type("Handler", (BaseHTTPRequestHandler,), {"do_GET": lambda page: self._answer(page)})
        handler.log_message = lambda *_: None  # type: ignore[attr-defined]
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def _answer(self, page: BaseHTTPRequestHandler) -> None:
        attacked = self.attacked
        time.sleep(self.seconds if attacked else 0)
        page.send_response(self.status if attacked else 200)
        page.end_headers()


@pytest.mark.parametrize(
    ("seconds", "status", "held"), [(0, 200, True), (0.4, 200, False), (0, 503, False), (0, 429, False)]
)
def test_an_attack_that_slows_down_the_help_page_is_detected(
    seconds: float, status: int, held: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judging, "FLOOR_SECONDS", 0.2)
    server = Server(seconds, status)
    place = Place(DEMO[0], Path(), server.server.server_port, {})
    with watched(place.stranger()) as waits:
        server.attacked = True
        time.sleep(0.3)
        server.attacked = False
    server.server.shutdown()
    assert waits.bearable == held, str(waits)


def test_an_attack_that_fails_to_run_is_reported_as_broken(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fails(_: Place) -> Seen:
        raise LookupError("no such page")

    place = Place(DEMO[0], Path(), 0, {})
    verdicts = [
        judged(planted(act), place)[0]
        for act in (lambda _: Seen(True, "held"), lambda _: Seen(False, "open"), fails)
    ]
    assert [each.held for each in verdicts] == [True, False, False]
    assert "no such page" in verdicts[2].what
    assert "LookupError" in capsys.readouterr().err


def test_an_attack_that_takes_too_long_is_stopped(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tests.attacks.__main__.MOST_SECONDS", 1)
    with ended_in_time():
        seen, seconds = judged(planted(lambda _: time.sleep(60)), Place(DEMO[0], Path(), 0, {}))
    assert not seen.held and "took longer" in seen.what and seconds < 10
    assert "TookTooLong" in capsys.readouterr().err


def test_an_attack_that_damages_a_portal_runs_on_a_separate_portal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Place, "settles", lambda _: None)

    class Made:
        """A replacement for ``Grounds`` that starts no portals."""

        made = 0

        @contextmanager
        def portal(self, kind: Kind) -> Iterator[Place]:
            self.made += 1
            yield Place(kind, Path(str(self.made)), 0, {})

    def where(place: Place) -> Seen:
        return Seen(True, str(place.home))

    attacks = [planted(where, spoils=True), planted(where), planted(where, spoils=True), planted(where)]
    said = [seen.what for _, seen, _ in on(Made(), DEMO[0], attacks)]  # type: ignore[arg-type]
    assert said == ["1", "1", "2", "3"]
