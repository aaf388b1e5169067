"""The ``bindings`` commands check and renew the hashes that reveal changed database rows."""

import click

from companion.cli import context
from companion.cli.file_arguments import many
from companion.services.operations import row_bindings


@click.group()
def bindings() -> None:
    """Check and renew the keyed hashes that protect database rows.

    A row binding is a hash that shows whether somebody changed the row outside Companion.
    """


@bindings.command()
@context.plainly
def check() -> None:
    """Print the table and id of each row changed outside Companion. Exit with status 1 if any row was changed
    outside Companion.
    """
    found = row_bindings.changed(context.store())
    for row in found:
        click.echo(str(row))
    click.echo(f"{many(len(found), 'row')} changed outside Companion.", err=True)
    if found:
        raise click.exceptions.Exit(1)


@bindings.command()
@context.plainly
def begin() -> None:
    """Start to check every row for changes that somebody made outside Companion. If nobody runs this command,
    Companion starts the checks one day after an upgrade.

    First, make sure that no older version of Companion is running.
    """
    row_bindings.begin(context.store(), context.now())
    click.echo("Every row is bound, and checked from now on.")


@bindings.command()
@click.option("--yes", is_flag=True, help="Don't ask.")
@context.plainly
def renew(*, yes: bool) -> None:
    """Accept the changed rows that “bindings check” lists, and record this in the audit log. Also fix
    accounts whose second sign-in step doesn't match the audit log.

    Before you run this command, look at each row that “bindings check” lists. Older versions of Companion
    recorded the setup of a second sign-in step only in the audit log, so this command takes it from there.
    """
    store = context.store()
    found = row_bindings.to_settle(store)
    for row in found:
        click.echo(str(row), err=True)
    if not found:
        click.echo("Nothing was changed outside Companion.")
        return
    if not yes:
        click.confirm(
            f"Is what {many(len(found), 'row')} say now right? Whoever did may have let themselves in.",
            abort=True,
            err=True,
        )
    row_bindings.renew(store, found, context.now())
    click.echo(f"{many(len(found), 'row')} taken as they are now.")
