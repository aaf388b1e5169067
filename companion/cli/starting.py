"""``migrate`` and ``first-start``."""

import click

from companion.cli import opened
from companion.cli.rights import noted
from companion.config import Settings
from companion.content import in_each_language, programme, starter_activities
from companion.domain.people import Role
from companion.services import delivering, erasing, retaining
from companion.services.authoring import take_in
from companion.services.staffing import first_accounts
from companion.store import library
from companion.store.opening import alone, prepare

TO_KEEP = """
Keep these, none of them on this machine:
  the wrapping key        a copy of {key}, away from the backups too. Whoever has it and the databases
                          can read everything; without it nothing can be read again. Then let it be read
                          again: “companion keys confirm-copy COPY”
  the backups' key        “companion backup recipient”, on another machine: its public half comes here, its
                          private half never does. Two copies, in two places
  each night's backup     “companion backup create”: the words in one place, the keys in another
  who was erased          “companion erasures list”, in a third: a copy of {home}/erasures
  the settings            with the passwords in them
“companion doctor” asks for a confirmed copy of the wrapping key and for backups; the rest it can't see."""


@click.command()
@opened.plainly
def migrate() -> None:
    """Make both databases, or bring them to the newest version; load new starter activities and programmes."""
    with alone(opened.settings()):
        bring_up_to_date(opened.settings())


def bring_up_to_date(settings: Settings) -> None:
    """All that ``migrate`` does."""
    if prepare(settings, opened.now()):
        retaining.begin(opened.store(), opened.now())
        click.echo(f"The wrapping key is new, in {settings.wrapping_key_file}. Keep a copy of it elsewhere:")
        click.echo("without it nothing can be read again.")
    if again := erasing.apply(opened.store(), noted(), opened.now()):
        click.echo(f"{again} erasures finished or done again: the databases are from before them.")
    delivering.take_in(opened.store(), [programme()], opened.now(), shipped=True)
    take_in(opened.store(), in_each_language(starter_activities()), opened.now(), shipped=True)
    with opened.store().reading() as tx:
        for each in library.damaged(tx):
            click.echo(
                opened.said(
                    f"{each} Put it back from a backup, or take its file in again: “companion activities import”."
                )
            )


@click.command("first-start")
@opened.plainly
def first_start() -> None:
    """Print the invitations of the first administrator and the first lead, once; then what to keep where."""
    invited = first_accounts(opened.store(), opened.hasher(), opened.now())
    for role, word, slip in invited:
        label = "administrator" if role is Role.ADMINISTRATOR else "lead"
        click.echo(f"The first {label} joins at /join with the code {slip.code} and the word {word}")
        click.echo(f"  until {slip.expires_at:%d %B %Y, %H:%M} UTC, once.")
    if invited:
        settings = opened.settings()
        click.echo(opened.said(TO_KEEP.format(key=settings.wrapping_key_file, home=settings.home)))
