"""The ``move`` commands move the embedded databases to PostgreSQL."""

import click

from companion.cli import context, moving
from companion.cli.backup import found, plainly, tell
from companion.cli.file_arguments import many
from companion.cli.rights import noted
from companion.services.operations.restore import Filled, Proved


@click.group()
def move() -> None:
    """Move from the embedded databases to PostgreSQL."""


@move.command()
@plainly
def postgresql() -> None:
    """Move the embedded databases to PostgreSQL, and then remove the old files.

    The copies are verified before the old files are removed. During the move, the portal can run but tells
    people that nothing can be saved.
    """
    if wrong := moving.to_postgresql(context.settings(), noted(), context.now(), _found):
        raise click.ClickException(
            "It was copied, but not as it was, so nothing is removed here and the portal keeps the old ones. "
            "Empty both databases of PostgreSQL, and see:\n" + "\n".join(wrong)
        )
    click.echo(
        "Everything is in PostgreSQL, and nothing of it is left here. Start the portal again; everybody has to sign"
    )
    click.echo("in again. Make a backup today: those from before hold the embedded databases.")


@move.command("remove-embedded")
@click.confirmation_option(
    prompt="Is everything in the databases of the settings, and is everybody using those?"
)
@plainly
def remove_embedded() -> None:
    """Remove embedded databases that are no longer used. After a move to PostgreSQL, the old SQLite files
    keep everybody's data, even after an erasure.
    """
    count = moving.remove_embedded(context.settings())
    click.echo(f"{many(count, 'embedded database')} removed.")


def _found(filled: Filled, proved: Proved) -> list[str]:
    tell(filled.manifest)
    return found(filled, proved)
