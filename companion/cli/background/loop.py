"""The ``background`` command runs all regular jobs in a loop.

No single error may stop the loop. If the loop stops, ``./manage`` stops the portal too.
"""

import logging
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import ParamSpec

import click

from companion.cli import context
from companion.cli.audit import head_of, seal_now
from companion.cli.background import metrics
from companion.cli.background.gauges import Measures
from companion.cli.background.mail import deliver_now
from companion.cli.background.reminders import DUE
from companion.cli.figures import count_now
from companion.cli.rights import keep_to_schedule
from companion.domain.time.working_days import london_day
from companion.services.operations import row_bindings
from companion.services.signposts.editing import keep
from companion.store import rate_limits
from companion.store.accounts import devices
from companion.store.accounts.sessions import drop_forgotten
from companion.store.audit import Disordered
from companion.store.base import UNAVAILABLE, DatabaseUnavailable, Store
from companion.store.caseloads import sort_keys

log = logging.getLogger(__name__)

EVERY_SECONDS = 30
P = ParamSpec("P")
HEAD_EVERY = timedelta(days=1)
"""The interval at which the latest link of the audit's hash chain is logged."""

DISORDERED = (
    "the audit does not hold what was chained before, so nothing is chained or erased: call “audit verify”, and see "
    "the runbook"
)


@click.command()
@context.plainly
def background() -> None:
    """Run every job that is due, twice a minute, until stopped. If a database is down, wait until the
    database responds.
    """
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    settings = context.settings()
    measures = Measures(settings)
    metrics.serve(settings)
    store: Store | None = None
    kept_on: date | None = None
    head_at: datetime | None = None
    while not stop.is_set():
        try:
            store = store or context.store()
            work(store, measures)
            if kept_on != (today := london_day(context.now())):
                attempt(measures, keep_to_schedule, store)
                kept_on = today
            if head_at is None or context.now() - head_at >= HEAD_EVERY:
                head_at = context.now()
                attempt(measures, note_head, store)
            measures.done(context.now())
        except DatabaseUnavailable as away:
            log.warning("nothing was done, because a database is away", extra={"database": str(away)})
        except UNAVAILABLE as error:
            log.warning("nothing was done, because a database is away or busy", exc_info=error)
        with suppress(*UNAVAILABLE):  # an error has been logged above, or will be logged in the next round
            attempt(measures, measures.keep, store, context.now())
        stop.wait(EVERY_SECONDS)


def work(store: Store, measures: Measures) -> None:
    """Run every regular job once."""
    keep(store, context.snapshot())
    for job in (seal_now, drop_what_is_over, count_now):
        attempt(measures, job, store)
    for due in (row_bindings.begin_when_due, row_bindings.record_broken, *DUE):
        attempt(measures, due, store, context.now())
    attempt(measures, deliver_now, store, context.settings(), context.now())


def attempt(measures: Measures, job: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> None:
    """Run one job. If the job fails, log the error and continue.

    Raise an error only if a database is unavailable, and log all other errors.
    """
    try:
        job(*args, **kwargs)
    except UNAVAILABLE:
        raise
    except Disordered:
        measures.failed(job.__name__)
        log.error(DISORDERED, extra={"job": job.__name__})
    except Exception:
        measures.failed(job.__name__)
        log.exception("a job failed; it will be tried again", extra={"job": job.__name__})


def drop_what_is_over(store: Store) -> None:
    """Delete expired forms, sessions, rate limits and devices.

    When an enrolment's next appointment is over, store the one after it instead.
    """
    with store.writing() as tx:
        sort_keys.look_ahead(tx, context.now())
        drop_forgotten(tx, context.now())
        rate_limits.drop_old(tx, context.now())
        devices.drop_old(tx, context.now())
        tx.commit()


def note_head(store: Store) -> None:
    """Log the latest link of the audit's hash chain."""
    log.info("the head of the audit", extra={"head": head_of(store)})
