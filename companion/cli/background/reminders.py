"""``reminders``: put what is due into the outbox, and send it."""

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
"""Each notifies everybody who has become due, once, and returns how many notices it wrote."""


def remind(store: Store, settings: Settings, now: datetime) -> tuple[int, int]:
    """Put what is due into the outbox, and send it; return how many notices and emails."""
    return sum(each(store, now) for each in DUE), deliver_now(store, settings, now)


@click.command()
@context.plainly
def reminders() -> None:
    """Put what has become due into the outbox, and send it. Repeating it tells nobody twice."""
    notices, letters = remind(context.store(), context.settings(), context.now())
    click.echo(f"{notices} notices made, {letters} letters sent.")
