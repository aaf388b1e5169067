"""``background``: what a single machine does beside serving, in one loop."""

import signal
import threading

import click

from companion.cli import opened
from companion.cli.audit import seal_now
from companion.cli.reminders import remind
from companion.store.sessions import drop_forgotten

EVERY_SECONDS = 30


@click.command()
@opened.plainly
def background() -> None:
    """Chain the audit, drop forgotten forms and tell who is due, twice a minute, until told to stop."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    store = opened.store()
    while not stop.is_set():
        seal_now(store)
        with store.writing() as tx:
            drop_forgotten(tx, opened.now())
            tx.commit()
        remind(store, opened.now())
        stop.wait(EVERY_SECONDS)
