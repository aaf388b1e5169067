"""``figures``: count everybody who can be counted, and combine evaluations into batches."""

import click

from companion.cli import context
from companion.services.evaluation import count, give
from companion.store.base import Store


def count_now(store: Store) -> tuple[int, int]:
    """Return how many blocks of figures and batches of evaluations were made."""
    return count.count(store, context.now()), give.gather(store, context.now())


@click.command()
@context.plainly
def figures() -> None:
    """Count people whose part is over, five at a time, and combine evaluations, five at a time. Nobody is counted
    twice.
    """
    blocks, batches = count_now(context.store())
    click.echo(f"{blocks} blocks of figures and {batches} batches of evaluations made.")
