"""The ``backup`` commands make a backup key, and create, verify and restore backups."""

import functools
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import ParamSpec, TypeVar

import click

from companion.cli import context
from companion.cli.file_arguments import Within, many
from companion.cli.rights import noted
from companion.services.operations import backup
from companion.services.operations.backup import Places
from companion.services.operations.restore import Filled, Proved, fill, prove
from companion.store.operations.backups import BadBackup
from companion.store.operations.backups.copy import Copy, Manifest
from companion.store.operations.backups.recipient import make_pair, read_private, read_public
from companion.store.operations.backups.sealed_file import SealedFile
from companion.store.operations.open_databases import place, prepare

P = ParamSpec("P")
R = TypeVar("R")
FILE = Within(exists=True, dir_okay=False, path_type=Path)
FOLDER = Within(exists=True, file_okay=False, writable=True, path_type=Path)
NEW = click.Path(path_type=Path)
PROGRAM = Path(__file__).resolve().parents[2]


def plainly(command: Callable[P, R]) -> Callable[P, R]:
    """Report invalid backups and file errors in one sentence, without a traceback."""

    @context.plainly
    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except BadBackup as error:
            raise click.ClickException(str(error)) from error
        except OSError as error:
            where = error.filename or "A file"
            raise click.ClickException(f"{where} cannot be read or written: {error.strerror}.") from error

    return run


@click.group("backup")
def backup_commands() -> None:
    """Make, check and restore encrypted copies of both databases."""


@backup_commands.command()
@click.argument("public", type=NEW)
@click.argument("private", type=NEW)
@plainly
def recipient(public: Path, private: Path) -> None:
    """Make a backup key pair. The key PUBLIC encrypts backups, and the key PRIVATE decrypts them.

    If possible, make the key pair on another machine. Never copy the private key (PRIVATE) to the machine
    that runs Companion.
    """
    for half in (public, private):
        if half.resolve().is_relative_to(PROGRAM):
            raise click.ClickException(
                f"{half} would be in the program's folder and left behind by an upgrade. Give its full path."
            )
    if private.resolve().is_relative_to(context.settings().home.resolve()):
        raise click.ClickException("The private half must not be in the data folder. Name another place.")
    number = make_pair(public, private)
    click.echo(f"Recipient {number}. The server needs {public} and nothing else.")
    click.echo(f"Take {private} off the server, in two copies. Without it, no backup can be read again.")


@backup_commands.command()
@click.option(
    "--to", type=FILE, required=True, help="The public half, as “companion backup recipient” made it."
)
@click.option("--words", type=FOLDER, required=True, help="Where to write the file of the words.")
@click.option(
    "--keys", type=FOLDER, required=True, help="Where to write the file of the keys: another place."
)
@click.option(
    "--keep-words", type=click.IntRange(1), default=30, show_default=True, help="Days. Keys are kept for 7."
)
@plainly
def create(to: Path, words: Path, keys: Path, keep_words: int) -> None:
    """Make a backup, and remove backups that are too old. The service can keep running during the backup."""
    places = Places(words, keys, timedelta(days=keep_words))
    made = backup.create(context.store(), noted(), read_public(to), places, context.now())
    tell(made.manifest)
    click.echo(f"The words are in {made.words}")
    click.echo(f"The keys are in {made.keys}")
    if made.pruned:
        click.echo(f"{many(made.pruned, 'older file')} removed.")


@backup_commands.command()
@click.argument("file", type=FILE)
@click.option("--with", "private", type=FILE, help="The private half. Without it, less can be checked.")
@plainly
def verify(file: Path, private: Path | None) -> None:
    """Check whether a backup file is complete. This command doesn't need a database."""
    sealed = SealedFile(file)
    sealed.require_whole()
    if private:
        tell(Copy(sealed, read_private(private)).read())
        click.echo("Read to the end: nothing is missing or changed.")
        click.echo("Whether this installation made it is seen when it is restored, with the wrapping key.")
        return
    label = sealed.label
    click.echo(
        f"It says: the {label.what} of backup {label.backup}, {label.made_at:%d %B %Y, %H:%M} UTC, for "
        f"recipient {label.recipient}. It is not cut off, and no disk or line has damaged it."
    )
    click.echo("Only the private half can show the contents, and whether somebody changed them on purpose.")


@backup_commands.command()
@click.argument("words", type=FILE)
@click.argument("keys", type=FILE)
@click.option("--with", "private", type=FILE, required=True, help="The private half.")
@click.option(
    "--list",
    "kept",
    type=FILE,
    help="The newest list of who was erased, as “companion erasures list” prints it.",
)
@plainly
def restore(words: Path, keys: Path, private: Path, kept: Path | None) -> None:
    """Restore records and keys, and verify the result.

    The configured databases must be empty.
    """
    holder = read_private(private)
    copies = Copy(SealedFile(words), holder), Copy(SealedFile(keys), holder)
    settings, gone = context.settings(), noted()
    filled = fill(place(settings), *copies, gone, kept.read_bytes() if kept else None)
    tell(filled.manifest)
    prepare(settings, context.now())
    proved = prove(context.store(), filled, gone, context.now())
    wrong = "\n".join(found(filled, proved))
    if wrong:
        raise click.ClickException(f"Restored, but don't let anybody in yet.\n{wrong}")
    click.echo("Everything is there. Everybody has to sign in again.")


def tell(manifest: Manifest) -> None:
    facts = manifest.facts
    click.echo(
        f"The {manifest.what} of backup {facts.backup}, {facts.made_at:%d %B %Y, %H:%M} UTC, from "
        f"{manifest.dialect} at {manifest.revision}: {many(manifest.rows, 'row')} in "
        f"{many(len(manifest.parts), 'table')}, {many(facts.erasures, 'erasure')} on the list."
    )
    click.echo(f"The audit's head: {facts.head}")


def found(filled: Filled, proved: Proved) -> list[str]:
    """Print the results of a restore, and return a sentence about each problem."""
    chain, sample, wrong = proved.chain, proved.sample, []
    click.echo(f"The audit: {chain.sealed} entries chained, {chain.loose} not yet.")
    click.echo(
        f"Opened: the names of {sample.people}, and one value of each of {many(sample.kinds, 'column')}."
    )
    click.echo(f"{many(proved.erased_again, 'erasure')} finished or done again.")
    if chain.broken_at is not None:
        wrong.append(f"The audit's chain is broken at position {chain.broken_at}.")
    elif chain.wrong:
        wrong.append("The audit's chain doesn't hold the head that the backup's manifest names.")
    if sample.shut:
        wrong.append(
            f"{many(len(sample.shut), 'value')} cannot be opened, such as {sample.shut[0]}: the keys are from "
            "another day than the words. Take those of the same backup, or the next ones."
        )
    if proved.changed:
        wrong.append(
            f"{many(len(proved.changed), 'row')} had been changed outside Companion when the backup was made, such as "
            f"{proved.changed[0]}: see “bindings check”."
        )
    if filled.missing:
        wrong.append(
            f"The list of who was erased has {filled.missing} fewer than when the backup was made: "
            "find a newer one, and give it to “companion erasures apply --list”."
        )
    if filled.damaged:
        wrong.append(f"{many(filled.damaged, 'line')} of that list are not as they were written.")
    return wrong
