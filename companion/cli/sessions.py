"""``sessions end-all``"""

import click

from companion.cli import context
from companion.services.accounts import end_all_sessions


@click.group()
def sessions() -> None:
    """Where people are signed in."""


@sessions.command("end-all")
@context.plainly
def end_all() -> None:
    """Sign everybody out now. It is recorded.

    Drafts stay, and the help page needs no session.
    """
    ended = end_all_sessions.end_all(context.store(), context.now())
    click.echo(f"{ended} sessions ended. Everybody has to sign in again; drafts are kept.")
