"""``figures``: who can be counted by now is counted, and evaluations that can be put together are."""

import click

from companion.cli import context
from companion.services.evaluation import count, give
from companion.store.base import Store


def count_now(store: Store) -> tuple[int, int]:
    """How many blocks of figures and batches of evaluations were made."""
    return count.count(store, context.now()), give.gather(store, context.now())


@click.command()
@context.plainly
def figures() -> None:
    """Count five people each whose part is over, and put five evaluations each together. Nobody counts twice."""
    blocks, batches = count_now(context.store())
    click.echo(f"{blocks} blocks of figures and {batches} batches of evaluations made.")
