"""Measure a service's memory, connections and disk, for the calculation in docs/deployment.md."""

import re
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Engine, text

from companion.services.act import Actor
from companion.services.work.answer_drafts import AnswerForm
from companion.services.work.answers import send_answer
from tests.bench.activity import said, taken_in, walks
from tests.bench.memory import share
from tests.bench.portal import Portal
from tests.growth.service import Service

PROMPTS, PIECES = 50, 20
"""How many answers each piece of work contains, and how many pieces of work are measured.

Save many rows, so that a table's fixed size hardly affects the average.
"""


class Processes(NamedTuple):
    """The resources that processes use under load, with the unit in each field's name."""

    megabytes_of_a_worker: float
    megabytes_of_the_main_process: float
    connections_of_a_worker: float


class Rows(NamedTuple):
    """The size of rows on PostgreSQL, with their indexes."""

    bytes_of_an_answer: float
    bytes_of_its_audit: float
    bytes_of_a_participant: float


def processes(service: Service) -> Processes:
    """Measure the resources that the processes use under load.

    A process's memory is its private memory plus its share of the shared memory.
    """
    servers = [machine.workers() for machine in service.machines]
    workers = [each for several in servers for each in several]
    store = service.place.cast.store
    pools = (store._engine.pool, store.keys.engine.pool)
    ours = sum(pool.checkedin() for pool in pools)  # type: ignore[attr-defined]  # both pools use a queue
    memory = [share(each, len(several) + 1) for several in servers for each in several]
    mains = [share(_parent(several[0]), len(several) + 1) for several in servers]
    return Processes(max(memory), max(mains), (_connections(store._engine) - ours) / len(workers))


def _connections(engine: Engine) -> int:
    """Return the number of other processes' connections to both databases."""
    with engine.connect() as connection:
        asked = "SELECT count(*) FROM pg_stat_activity WHERE datname IN ('companion', 'keys')"
        return int(connection.scalar(text(asked)) or 0) - 1


def _parent(process: int) -> int:
    return int(re.findall(r"^PPid:\t(\d+)$", Path(f"/proc/{process}/status").read_text(), re.MULTILINE)[0])


def _size(engine: Engine, *tables: str) -> int:
    """Return the size of these tables and indexes in bytes, without unused space."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for table in tables:
            connection.execute(text(f"VACUUM FULL {table}"))
        sizes = [connection.scalar(text(f"SELECT pg_total_relation_size('{table}')")) for table in tables]
    return sum(int(each or 0) for each in sizes)


def rows(place: Portal) -> Rows:
    """Save answers, and calculate from the tables' growth how much space each row takes."""
    engine = place.cast.store._engine
    answers, people = ("answers",), ("accounts", "enrolments")
    activity = taken_in(place, walks(PROMPTS))
    before = _size(engine, *answers), _size(engine, "audit_entries"), _size(engine, *people)
    for number in range(PIECES):
        participant = place.cast.another(f"Measured {number}")
        work_id: UUID = place.cast.priya.sets(participant, activity.id)
        for prompt_id, form in said(activity).items():
            typed = AnswerForm(prompt_id, seen=0, draft_seen=0, tab="one", form=form)
            send_answer(
                Actor(place.cast.store, participant.viewer, place.cast.now), work_id, typed, "answered"
            )
    after = _size(engine, *answers), _size(engine, "audit_entries"), _size(engine, *people)
    grown = [later - earlier for earlier, later in zip(before, after, strict=True)]
    return Rows(grown[0] / (PROMPTS * PIECES), grown[1] / (PROMPTS * PIECES), grown[2] / PIECES)
