"""``bindings check``, ``bindings begin`` and ``bindings renew``."""

import click

from companion.cli import opened
from companion.cli.files import many
from companion.services import bindings as service


@click.group()
def bindings() -> None:
    """Rows that are bound to what they say, so that nobody changes them outside Companion unseen."""


@bindings.command()
@opened.plainly
def check() -> None:
    """Name every row that was changed outside Companion, by its table and id; exit with 1 if there is one."""
    found = service.changed(opened.store())
    for row in found:
        click.echo(str(row))
    click.echo(f"{many(len(found), 'row')} changed outside Companion.", err=True)
    if found:
        raise click.exceptions.Exit(1)


@bindings.command()
@opened.plainly
def begin() -> None:
    """Check every row from now on, without waiting a day after an upgrade. No older version may run any more."""
    service.begin(opened.store(), opened.now())
    click.echo("Every row is bound, and checked from now on.")


@bindings.command()
@click.option("--yes", is_flag=True, help="Don't ask.")
@opened.plainly
def renew(*, yes: bool) -> None:
    """Take the rows that “bindings check” names as they are now, after somebody looked at each. It is on record.

    Of an account's second step it takes what the record says: an older version doesn't write it into the account.
    """
    store = opened.store()
    found = service.to_settle(store)
    for row in found:
        click.echo(str(row), err=True)
    if not found:
        click.echo("Nothing was changed outside Companion.")
        return
    if not yes:
        click.confirm(
            f"Is what {many(len(found), 'row')} say now right? Whoever changed them may have given himself access.",
            abort=True,
            err=True,
        )
    service.renew(store, found, opened.now())
    click.echo(f"{many(len(found), 'row')} taken as they are now.")
