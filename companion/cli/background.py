"""``background``: what a single machine does beside serving, in one loop.

``./manage`` ends with it, and the help page with that. So nothing that is wrong with one thing ends it.
"""

import logging
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import ParamSpec

import click

from companion.cli import metrics, opened
from companion.cli.audit import head_of, seal_now
from companion.cli.figures import count_now
from companion.cli.measures import Measures
from companion.cli.post import deliver_now
from companion.cli.reminders import DUE
from companion.cli.rights import keep_to_schedule
from companion.domain.working_days import london_day
from companion.services import bindings
from companion.services.signposting import keep
from companion.store import devices, glance, limits
from companion.store.audit import Disordered
from companion.store.base import AWAY, Away, Store
from companion.store.sessions import drop_forgotten

log = logging.getLogger(__name__)

EVERY_SECONDS = 30
P = ParamSpec("P")
HEAD_EVERY = timedelta(days=1)
"""How often the newest link of the audit goes into the log, which a service may keep elsewhere."""

DISORDERED = (
    "the audit does not hold what was chained before, so nothing is chained or erased: call “audit verify”, and see "
    "the runbook"
)


@click.command()
@opened.plainly
def background() -> None:
    """Do what is due twice a minute, until told to stop. While a database is away it waits for it."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    settings = opened.settings()
    measures = Measures(settings)
    metrics.serve(settings)
    store: Store | None = None
    kept_on: date | None = None
    head_at: datetime | None = None
    while not stop.is_set():
        try:
            store = store or opened.store()
            work(store, measures)
            if kept_on != (today := london_day(opened.now())):
                attempt(measures, keep_to_schedule, store)
                kept_on = today
            if head_at is None or opened.now() - head_at >= HEAD_EVERY:
                head_at = opened.now()
                attempt(measures, note_head, store)
            measures.done(opened.now())
        except Away as away:
            log.warning("nothing was done, since a database is away", extra={"database": str(away)})
        except AWAY as error:
            log.warning("nothing was done, since a database is away or busy", exc_info=error)
        with suppress(*AWAY):  # that is said above, or in the next round
            attempt(measures, measures.keep, store, opened.now())
        stop.wait(EVERY_SECONDS)


def work(store: Store, measures: Measures) -> None:
    """Keep the signposts' snapshot, chain the audit, drop what is over, look ahead, count, send notices."""
    keep(store, opened.snapshot())
    for job in (seal_now, drop_what_is_over, count_now):
        attempt(measures, job, store)
    for due in (bindings.begin_when_due, bindings.record_broken, *DUE):
        attempt(measures, due, store, opened.now())
    attempt(measures, deliver_now, store, opened.settings(), opened.now())


def attempt(measures: Measures, job: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> None:
    """Do it. What is wrong with it is logged, and keeps nothing else from being done; ``AWAY`` is raised."""
    try:
        job(*args, **kwargs)
    except AWAY:
        raise
    except Disordered:
        measures.failed(job.__name__)
        log.error(DISORDERED, extra={"job": job.__name__})
    except Exception:
        measures.failed(job.__name__)
        log.exception("a job could not be done; it is tried again", extra={"job": job.__name__})


def drop_what_is_over(store: Store) -> None:
    """Forgotten forms and sessions, old limits and devices; and what becomes due by itself is looked at again."""
    with store.writing() as tx:
        glance.look_ahead(tx, opened.now())  # locks enrolments, so before what comes after them
        drop_forgotten(tx, opened.now())
        limits.drop_old(tx, opened.now())
        devices.drop_old(tx, opened.now())
        tx.commit()


def note_head(store: Store) -> None:
    """Put the newest link of the audit into the log."""
    log.info("the head of the audit", extra={"head": head_of(store)})
