"""The ``reminders`` command creates notices and sends them by email."""

from datetime import datetime

import click

from companion.cli import context
from companion.cli.background.mail import deliver_now
from companion.config import Settings
from companion.services.concerns.escalate import escalate
from companion.services.messages.tell_cover import tell_readers
from companion.services.notices.schedule import remind_of_appointments, send_digests
from companion.services.plan.reviews import ask_for_those_due
from companion.store.base import Store

DUE = (escalate, tell_readers, ask_for_those_due, remind_of_appointments, send_digests)
"""Functions that each create one kind of notice. Each function returns the number of notices created."""


def remind(store: Store, settings: Settings, now: datetime) -> tuple[int, int]:
    """Create and send the notices that are due. Return how many notices were created and how many emails were
    sent.
    """
    return sum(each(store, now) for each in DUE), deliver_now(store, settings, now)


@click.command()
@context.plainly
def reminders() -> None:
    """Create and send the notices that are due. No notice is created twice."""
    notices, letters = remind(context.store(), context.settings(), context.now())
    click.echo(f"{notices} notices made, {letters} letters sent.")
