"""``audit seal``, ``audit head`` and ``audit verify``."""

import re

import click
from sqlalchemy.exc import IntegrityError

from companion.cli import opened
from companion.store import audit as trail
from companion.store.base import Store

HEAD = r"[0-9]{1,18}:[0-9a-f]*"
"""As ``audit head`` prints it; anything else would be taken for a tail that was cut."""


@click.group()
def audit() -> None:
    """The record of who did what."""


@audit.command()
@opened.plainly
def seal() -> None:
    """Chain what is not chained yet."""
    click.echo(f"{seal_now(opened.store())} entries chained.")


def seal_now(store: Store) -> int:
    """Chain what is loose; nothing if another sealer was quicker."""
    try:
        with store.writing() as tx:
            count = trail.seal(tx)
            tx.commit()
    except IntegrityError:
        return 0
    return count


@audit.command()
@opened.plainly
def head() -> None:
    """Print the newest link of the chain, to be kept elsewhere."""
    click.echo(head_of(opened.store()))


def head_of(store: Store) -> str:
    """The newest link as text."""
    with store.reading() as tx:
        return trail.head(tx)


@audit.command()
@click.option("--head", default="", help="A head that was noted earlier, elsewhere: position:link.")
@opened.plainly
def verify(head: str) -> None:
    """Walk the chain and name the first link that does not fit."""
    if head and not re.fullmatch(HEAD, head):
        raise click.UsageError(
            "That is no head: one is written position:link, as “companion audit head” prints it."
        )
    with opened.store().reading() as tx:
        verdict = trail.verify(tx, head)
    click.echo(f"{verdict.sealed} entries chained, {verdict.loose} not yet. Head: {verdict.head}")
    if verdict.broken_at is not None:
        raise click.ClickException(f"The chain is broken at position {verdict.broken_at}.")
