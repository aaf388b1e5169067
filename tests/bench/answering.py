"""Benchmark a busy service with 500 participants and two processes."""

import asyncio
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec
from sqlalchemy import select

from companion.domain.work.work import Said
from companion.store.keys import participant
from companion.store.work import work
from companion.store.work.rows import AnswerRow
from tests.bench import bare
from tests.bench.frame import Bench, Contender, Row
from tests.bench.memory import resident
from tests.bench.paced import Act, every, p95, posts, waited
from tests.bench.portal import Portal, portal
from tests.bench.saving import PROMPT, require_saved, words
from tests.bench.served import Browser, Server, served
from tests.bench.walkers import Walker, walkers
from tests.fields import value_of
from tests.postgres import fresh_database

PEOPLE, EVERY = 500, 10
ROUND_SECONDS, WHOLE_SECONDS = 10, 75
"""The length of a round, in seconds. With ``--full``, the eight rounds last ten minutes in total."""
FLOOR_SECONDS = 5
P95_AT_MOST = 100
"""The longest acceptable 95th percentile for saving an answer, in milliseconds."""
PROFILE = "docs/decisions/0032-load.md"
GROWN_AT_MOST = 1.1
"""A worker's memory may grow by at most this factor during the benchmark."""


class Walking:
    """A participant who answers the first question again and again."""

    def __init__(self, port: int, who: Walker) -> None:
        self.port, self.who = port, who
        self._turn = asyncio.Lock()

    async def __call__(self) -> None:
        """Send an answer. Raise ``ValueError`` unless the response confirms that the answer was saved."""
        async with self._turn:  # a participant waits for each response before sending the next request
            who = self.who
            form = {
                "csrf_token": who.token,
                "prompt": PROMPT,
                "seen": who.saved,
                "draft_seen": 0,
                "tab": "one",
            }
            form["answer"] = words(who.saved + 1)
            status, reply = await posts(self.port, f"/my/work/{who.work_id}/answers", form, who.cookies)
            require_saved(status, reply, who.work_id)
            who.saved += 1


def missing(place: Portal, people: Sequence[Walker]) -> int:
    """Return how many answers the portal reported as saved but didn't store.

    Raise ``ValueError`` if any answer is missing.
    """
    lost = 0
    with place.cast.store.reading() as tx:
        for who in people:
            found = AnswerRow.place == work.place_of(tx, who.work_id, PROMPT)
            row = tx.scalars(select(AnswerRow).where(AnswerRow.work_id == who.work_id, found)).one()
            box = tx.keys.box(participant(who.participant_id))
            said = msgspec.convert(box.open("answers.value", row.id, row.value), Said)
            stands = row.revision > who.saved or who.saved == 1 or words(who.saved) in str(said.value)
            lost += max(who.saved - row.revision, int(not stands))
    if lost:
        raise ValueError(f"{lost} answers were called saved and are not stored")
    return lost


class Service:
    """A running Companion with many users, and methods that measure Companion."""

    def __init__(
        self,
        server: Server,
        people: Sequence[Walker],
        *,
        every_seconds: float,
        seconds: float,
    ) -> None:
        self.server = server
        self._acts = [Walking(server.port, each) for each in people]
        self._every, self._seconds = every_seconds, seconds
        self._answered = False
        self._at_first: dict[int, float] = {}

    def p95(self) -> float:
        """Return the 95th percentile of a round's save times, in milliseconds.

        Raise ``ValueError`` if an answer wasn't saved.
        """
        [took] = waited(every(self._every, self._acts, self._seconds))
        self._answered = True
        return p95(took)

    def grown(self) -> float:
        """Return the worst memory growth of any worker since the first round, as a factor.

        Raise ``ValueError`` if nobody has answered yet. Before the first answer, workers haven't loaded all
        their code, and loading it would count as memory growth.
        """
        if not self._answered:
            raise ValueError("nobody has answered yet")
        now = {each: resident(each) for each in self.server.workers}
        self._at_first = self._at_first or now
        return max(now[each] / self._at_first[each] for each in now)


@contextmanager
def answering(server_url: str = "", *, seconds: float = ROUND_SECONDS) -> Iterator[Bench]:
    """Benchmark saving answers on PostgreSQL or on embedded databases.

    The baseline is a bare Flask application with 500 clients.
    """
    database = "PostgreSQL" if server_url else "SQLite"
    with portal(server_url, "answering") as place:
        people = walkers(place, PEOPLE)
        with served("wsgi:app", place.environment) as server, _bare(place, server_url) as inserting:
            service = Service(server, people, every_seconds=EVERY, seconds=seconds)
            yield beside(inserting, service, place, people, f"{PEOPLE} every {EVERY} s, {database}")


def beside(
    inserting: Sequence[Act], service: Service, place: Portal, people: Sequence[Walker], named: str
) -> Bench:
    """Return a benchmark that compares saving answers in Companion with inserting rows in a minimal Flask
    application.
    """
    floor = Contender(
        f"a bare insert, p95, {named}", "ms", lambda: p95(waited(every(EVERY, inserting, FLOOR_SECONDS))[0])
    )
    saves = Contender(f"an answer saved, p95, {named}", "ms", service.p95)
    grown = Contender(f"a worker's memory, {named}", "times", service.grown)
    lost = Contender(f"called saved and not stored, {named}", "answers", lambda: missing(place, people))
    rows = [
        Row(floor.name),
        Row(saves.name, at_most=P95_AT_MOST, profile=PROFILE),
        Row(grown.name, at_most=GROWN_AT_MOST),
        Row(lost.name, at_most=0),
    ]
    # Memory growth comes before saving, so that a worker's memory is first measured right after the warm-up
    # round.
    return Bench([floor, grown, saves, lost], rows)


@contextmanager
def _bare(place: Portal, server_url: str) -> Iterator[list[Act]]:
    """Start the minimal Flask application for comparison. For each signed-in user, yield an action that
    inserts rows.
    """
    file = Path(place.environment["COMPANION_HOME"]) / "bare.db"
    url = fresh_database(server_url, "answering_bare") if server_url else f"sqlite:///{file}"
    bare.make_tables(url, PEOPLE)
    with served("tests.bench.bare:make_app()", {"BARE_DATABASE_URL": url}, worker=bare.WORKER) as server:
        yield [_inserts(server.port, number) for number in range(PEOPLE)]


def _inserts(port: int, number: int) -> Act:
    _, answer = Browser(port).get(f"/sign-in/{number}")
    cookie = re.search(rb"Set-Cookie: ([^;]+);", answer, re.IGNORECASE)
    assert cookie
    form = {"csrf_token": value_of("csrf_token", answer.decode()), "answer": words(1)}

    async def insert() -> None:
        status, _ = await posts(port, f"/answers/{number}", form, cookie[1].decode())
        if status != 303:
            raise ValueError(f"an insert came back with {status}")

    return insert
