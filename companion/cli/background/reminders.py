"""``reminders``: what has become due by now goes into the outbox, and what is in it is sent."""

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
"""Each tells whoever has become due, once, and says how many notices that were."""


def remind(store: Store, settings: Settings, now: datetime) -> tuple[int, int]:
    """Put into the outbox what has become due, and send what is in it; how many notices and letters."""
    return sum(each(store, now) for each in DUE), deliver_now(store, settings, now)


@click.command()
@context.plainly
def reminders() -> None:
    """Put into the outbox what has become due, and send it. Doing it again tells nobody twice."""
    notices, letters = remind(context.store(), context.settings(), context.now())
    click.echo(f"{notices} notices made, {letters} letters sent.")
