"""The ``figures`` command adds people to the anonymous figures, and combines evaluations in batches."""

import click

from companion.cli import context
from companion.services.evaluation import count, give
from companion.store.base import Store


def count_now(store: Store) -> tuple[int, int]:
    """Create all blocks of figures and batches of evaluations that have enough people. Return how many blocks
    of figures and how many batches of evaluations were created.
    """
    return count.count(store, context.now()), give.gather(store, context.now())


@click.command()
@context.plainly
def figures() -> None:
    """Count people who have finished the programme, five at a time. Combine evaluations in batches of five.

    Nobody is counted twice.
    """
    blocks, batches = count_now(context.store())
    click.echo(f"{blocks} blocks of figures and {batches} batches of evaluations made.")
