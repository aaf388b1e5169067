"""``sessions end-all``"""

import click

from companion.cli import opened
from companion.services import ending_sessions


@click.group()
def sessions() -> None:
    """Where people are signed in."""


@sessions.command("end-all")
@opened.plainly
def end_all() -> None:
    """Sign everybody out now. It is recorded.

    Drafts stay, and the help page needs no session.
    """
    ended = ending_sessions.end_all(opened.store(), opened.now())
    click.echo(f"{ended} sessions ended. Everybody signs in again; drafts are kept.")
