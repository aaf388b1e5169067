"""A service at work: 500 participants, each answering every ten seconds, with two processes."""

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
"""How long a round lasts; eight rounds are ten minutes with ``--full``."""
FLOOR_SECONDS = 5
P95_AT_MOST = 100
"""In milliseconds, or the bare application's if that is lower than 40."""
PROFILE = "docs/decisions/0032-load.md"
GROWN_AT_MOST = 1.1
"""How many times a worker's memory may grow after its first round."""


class Walking:
    """A participant's act: answer the first question again."""

    def __init__(self, port: int, who: Walker) -> None:
        self.port, self.who = port, who
        self._turn = asyncio.Lock()

    async def __call__(self) -> None:
        """Answer. Raise ``ValueError`` unless it is reported as saved."""
        async with self._turn:  # an unanswered request doesn't lead to the next one
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
    """Return how many answers reported as saved are missing, by words and count: none.

    Raise ``ValueError`` if there are any, so that one round with a loss fails the whole run.
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
    """Companion with many people at work, and its own metrics."""

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
        """Return a round's value, in milliseconds. Raise ``ValueError`` if anything wasn't saved."""
        [took] = waited(every(self._every, self._acts, self._seconds))
        self._answered = True
        return p95(took)

    def grown(self) -> float:
        """Return how many times its memory after the first round a worker has, for the one that grew most.

        Raise ``ValueError`` if nobody has answered yet: loading for the first answer would count as growth.
        """
        if not self._answered:
            raise ValueError("nobody has answered yet")
        now = {each: resident(each) for each in self.server.workers}
        self._at_first = self._at_first or now
        return max(now[each] / self._at_first[each] for each in now)


@contextmanager
def answering(server_url: str = "", *, seconds: float = ROUND_SECONDS) -> Iterator[Bench]:
    """Benchmark this PostgreSQL, or embedded databases, next to 500 inserts into the bare application on the same
    database.
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
    """Return the benchmark of inserting next to answering."""
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
    # the warm-up round runs backwards: growth is measured after the saves there, and before them later
    return Bench([floor, grown, saves, lost], rows)


@contextmanager
def _bare(place: Portal, server_url: str) -> Iterator[list[Act]]:
    """Yield as many signed-in users inserting into the bare application's table."""
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
