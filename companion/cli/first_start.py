"""The ``migrate`` and ``first-start`` commands set up the databases and the first accounts."""

import click

from companion.cli import context
from companion.cli.rights import noted
from companion.config import Settings
from companion.content import in_each_language, programme, starter_activities
from companion.domain.people import Role
from companion.services.authoring.drafts import take_in
from companion.services.programme import import_files
from companion.services.records import erasure, retention
from companion.services.staff.accounts import first_accounts
from companion.store.activities import library
from companion.store.operations.open_databases import alone, prepare

TO_KEEP = """
Keep these, none of them on this machine:
  the wrapping key        a copy of {key}, away from the backups too. Whoever has it and the databases
                          can read everything; without it, nothing can be read again. Then let it be read
                          again: “companion keys confirm-copy COPY”
  the backups' key        “companion backup recipient”, on another machine: its public half comes here, its
                          private half never does. Two copies, in two places
  each night's backup     “companion backup create”: the words in one place, the keys in another
  who was erased          “companion erasures list”, in a third: a copy of {home}/erasures
  the settings            with the passwords in them
“companion doctor” asks for a confirmed copy of the wrapping key and for backups; the rest it can't see."""


@click.command()
@context.plainly
def migrate() -> None:
    """Create or migrate both databases. Load new starter activities and programmes."""
    with alone(context.settings()):
        bring_up_to_date(context.settings())


def bring_up_to_date(settings: Settings) -> None:
    """Create or migrate both databases, and load new starter activities and programmes.

    The caller must hold ``alone``, so that no other machine migrates the databases at the same time.
    """
    if prepare(settings, context.now()):
        retention.begin(context.store(), context.now())
        click.echo(
            f"There is a new wrapping key, in {settings.wrapping_key_file}. Keep a copy of it elsewhere:"
        )
        click.echo("without it, nothing can be read again.")
    if again := erasure.apply(context.store(), noted(), context.now()):
        click.echo(f"{again} erasures finished or done again: the databases are from before them.")
    import_files.take_in(context.store(), [programme()], context.now(), shipped=True)
    take_in(context.store(), in_each_language(starter_activities()), context.now(), shipped=True)
    with context.store().reading() as tx:
        for each in library.damaged(tx):
            click.echo(
                context.said(
                    f"{each} Put it back from a backup, or take its file in again: “companion activities import”."
                )
            )


@click.command("first-start")
@context.plainly
def first_start() -> None:
    """Print joining codes for the first administrator and lead. List the files and keys that the operator
    must keep safe.

    Each joining code is printed only once. If the administrator or the lead hasn't joined yet, running this
    command again prints a new code. If both the lead and the administrator have joined, this command prints
    nothing.
    """
    invited = first_accounts(context.store(), context.hasher(), context.now())
    for role, word, slip in invited:
        label = "administrator" if role is Role.ADMINISTRATOR else "lead"
        click.echo(f"The first {label} joins at /join with the code {slip.code} and the word {word}")
        click.echo(f"  until {slip.expires_at:%d %B %Y, %H:%M} UTC, once.")
    if invited:
        settings = context.settings()
        click.echo(context.said(TO_KEEP.format(key=settings.wrapping_key_file, home=settings.home)))
