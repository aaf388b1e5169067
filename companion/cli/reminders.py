"""``reminders``: what has become due by now goes into the outbox."""

from datetime import datetime

import click

from companion.cli import opened
from companion.services.escalating import escalate
from companion.store.base import Store

DUE = (escalate,)
"""Each tells whoever has become due, once, and says how many notices that were."""


def remind(store: Store, now: datetime) -> int:
    """Put into the outbox what has become due; how many notices that were."""
    return sum(each(store, now) for each in DUE)


@click.command()
@opened.plainly
def reminders() -> None:
    """Put into the outbox what has become due. Doing it again tells nobody twice."""
    click.echo(f"{remind(opened.store(), opened.now())} notices made.")
