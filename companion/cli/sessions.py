"""The ``sessions end-all`` command signs everybody out."""

import click

from companion.cli import context
from companion.services.accounts import end_all_sessions


@click.group()
def sessions() -> None:
    """End the sessions of people who are signed in."""


@sessions.command("end-all")
@context.plainly
def end_all() -> None:
    """Sign everybody out now, and record this in the audit.

    Drafts are kept. People who have been signed out can still open the help page.
    """
    ended = end_all_sessions.end_all(context.store(), context.now())
    click.echo(f"{ended} sessions ended. Everybody has to sign in again; drafts are kept.")
