"""The ``figures`` command adds people to the anonymous figures, and puts evaluations into batches of five."""

import click

from companion.cli import context
from companion.services.evaluation import count, give
from companion.store.base import Store


def count_now(store: Store) -> tuple[int, int]:
    """Add each complete group of five to the figures: five people who have finished make a block, five
    evaluations a batch. Return two counts: groups of five people, and batches of five evaluations.
    """
    return count.count(store, context.now()), give.gather(store, context.now())


@click.command()
@context.plainly
def figures() -> None:
    """Add people who have finished the programme to the anonymous figures, in groups of five. Combine
    evaluations in batches of five.

    Nobody is counted twice.
    """
    blocks, batches = count_now(context.store())
    click.echo(f"{blocks} blocks of figures and {batches} batches of evaluations made.")
