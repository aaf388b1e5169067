"""Benchmark how fast answers are saved and pages opened, compared with a bare Flask application."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from tests.bench import bare
from tests.bench.activity import set_and_answered, taken_in, walks
from tests.bench.frame import ROUNDS, Bench, Contender, NotMeasured, Row
from tests.bench.otree import install, otree
from tests.bench.portal import Portal, portal
from tests.bench.served import Browser, Load, served
from tests.fields import value_of
from tests.people import Participant
from tests.postgres import fresh_database
from tests.visitor import Visitor

CALLERS = 4
EACH = 50
"""The number of requests that each client sends in a round."""
TURNS = 20
SAVES_AT_LEAST, P95_AT_MOST, PAGES_AT_LEAST = 0.6, 2, 0.5
"""The targets for saving answers and opening pages, as multiples of a minimal Flask application's figures."""
OTREE, OTREE_AT_LEAST = "oTree's pages submitted", 3
"""Companion must save at least ``OTREE_AT_LEAST`` answers in the time oTree takes to accept one page."""
PROFILE = "docs/decisions/0033-saves.md"
PROMPT = "walk-0"
PAGES = {"the conversation of 20 turns": "/my/work/{work}", "home": "/my/"}


def words(revision: int) -> str:
    """Return the text of the answer at this revision.

    The benchmark recognises each stored answer by its unique text.
    """
    return f"A blackbird sang {revision} times on the wall by the gate."


class Saver:
    """A participant who keeps answering the same question."""

    def __init__(self, place: Portal, port: int, participant: Participant, work_id: UUID) -> None:
        self.participant, self.work_id = participant, work_id
        self.browser = signed_in(place, port, participant)
        status, page = self.browser.get(f"/my/work/{work_id}?change={PROMPT}")
        assert status == 200, status
        self._token = value_of("csrf_token", page.decode())
        self._seen = int(value_of("seen", page.decode()))

    def saves(self) -> None:
        """Send one answer. Raise ``ValueError`` unless the answer is reported as saved."""
        form = {
            "csrf_token": self._token,
            "prompt": PROMPT,
            "seen": self._seen,
            "draft_seen": 0,
            "tab": "one",
        }
        status, reply = self.browser.post(
            f"/my/work/{self.work_id}/answers", {**form, "answer": words(self._seen + 1)}
        )
        require_saved(status, reply, self.work_id)
        self._seen += 1

    def check(self) -> None:
        """Raise ``ValueError`` if an answer that was reported as saved isn't stored."""
        require_stored(self.participant, self.work_id, self._seen)


def require_saved(status: int, reply: bytes, work_id: UUID) -> None:
    """Raise ``ValueError`` unless the response redirects to the page of the participant's work."""
    if status != 303 or f"\nlocation: /my/work/{work_id}" not in reply.decode(errors="replace").lower():
        raise ValueError(f"an answer came back with {status}, and was not called saved")


def require_stored(participant: Participant, work_id: UUID, saved: int) -> None:
    """Raise ``ValueError`` if the database doesn't contain the last answer that Companion reported as saved.

    ``saved`` is the number of answers that were reported as saved.
    """
    stored = participant.work(work_id).answers[PROMPT]
    if stored.revision != saved or words(saved) not in str(stored.value):
        raise ValueError(f"{saved} answers were called saved, and revision {stored.revision} is stored")


def signed_in(place: Portal, port: int, participant: Participant) -> Browser:
    """Return a connection to the portal, signed in as this participant."""
    visitor = Visitor(place.app)
    visitor.sign_in(place.cast, participant)
    cookies = "; ".join(f"{each.key}={each.value}" for each in visitor.client._cookies.values())
    return Browser(port, cookies)


@contextmanager
def saving(server_url: str = "") -> Iterator[Bench]:
    """Benchmark saving answers and opening pages, on PostgreSQL or embedded databases.

    At the end, check that every answer reported as saved is stored.
    """
    database = "PostgreSQL" if server_url else "SQLite"
    with (
        portal(server_url) as place,
        served("wsgi:app", place.environment) as companion,
        _bare(place, server_url) as floor,
    ):
        activity = taken_in(place, walks(TURNS))
        people = [place.cast.another(f"Walker {number}") for number in range(CALLERS)]
        savers = [Saver(place, companion.port, each, set_and_answered(each, activity)) for each in people]
        saves = Load(f"answers saved, {database}", [each.saves for each in savers], EACH)
        bare_saves = Load(
            f"bare inserts, {database}", [_insert(each, number) for number, each in enumerate(floor)], EACH
        )
        contenders = [saves.rate, saves.p95, bare_saves.rate, bare_saves.p95]
        rows = [
            *(Row(each.name) for each in contenders),
            Row(saves.rate.name, bare_saves.rate.name, at_least=SAVES_AT_LEAST, profile=PROFILE),
            Row(saves.p95.name, bare_saves.p95.name, at_most=P95_AT_MOST, profile=PROFILE),
        ]
        for name, path in PAGES.items():
            size = len(savers[0].browser.get(path.format(work=savers[0].work_id))[1])
            opened = Load(
                f"{name}, {database}",
                [_open(each.browser, path.format(work=each.work_id)) for each in savers],
                EACH,
            )
            beside = Load(
                f"a bare page of {size // 1000} KB for {name}, {database}",
                [_open(each, f"/page/{size}") for each in floor],
                EACH,
            )
            contenders += [opened.rate, beside.rate]
            rows += [
                Row(opened.rate.name),
                Row(opened.rate.name, beside.rate.name, at_least=PAGES_AT_LEAST, profile=PROFILE),
            ]
        with _otree(server_url) as peers:
            for pages in peers:
                rows += [
                    Row(pages.name),
                    Row(saves.rate.name, pages.name, at_least=OTREE_AT_LEAST, profile=PROFILE),
                ]
            yield Bench([*contenders, *peers], rows)
        for each in savers:
            each.check()


@contextmanager
def _otree(server_url: str) -> Iterator[list[Contender]]:
    """Yield a benchmark: how fast oTree accepts pages on this PostgreSQL server.

    Without a PostgreSQL server, yield no benchmark.
    """
    if server_url and install():
        with otree(server_url, CALLERS, EACH * (ROUNDS + 1)) as submitters:
            yield [Load(OTREE, [each.submits for each in submitters], EACH).rate]
    else:
        yield [Contender(OTREE, "a second", _cannot_be_had)] if server_url else []


def _cannot_be_had() -> float:
    raise NotMeasured("pip could not install it; its reason stands above")


@contextmanager
def _bare(place: Portal, server_url: str) -> Iterator[list[Browser]]:
    """Start the minimal Flask application for comparison, and yield its signed-in users."""
    file = Path(place.environment["COMPANION_HOME"]) / "bare.db"
    url = fresh_database(server_url, "bare") if server_url else f"sqlite:///{file}"
    bare.make_tables(url, CALLERS)
    with served("tests.bench.bare:make_app()", {"BARE_DATABASE_URL": url}, worker=bare.WORKER) as server:
        yield [_signed_in_there(server.port, number) for number in range(CALLERS)]


def _signed_in_there(port: int, number: int) -> Browser:
    status, answer = Browser(port).get(f"/sign-in/{number}")
    assert status == 200, answer
    cookie = re.search(rb"Set-Cookie: ([^;]+);", answer, re.IGNORECASE)
    assert cookie
    return Browser(port, cookie[1].decode())


def _insert(browser: Browser, number: int) -> Callable[[], None]:
    token = value_of("csrf_token", browser.get(f"/sign-in/{number}")[1].decode())

    def insert() -> None:
        status, _ = browser.post(f"/answers/{number}", {"csrf_token": token, "answer": words(1)})
        if status != 303:
            raise ValueError(f"an insert came back with {status}")

    return insert


def _open(browser: Browser, path: str) -> Callable[[], None]:
    def opens() -> None:
        status, _ = browser.get(path)
        if status != 200:
            raise ValueError(f"{path} came back with {status}")

    return opens
