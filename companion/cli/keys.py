"""The ``keys`` commands show and rotate keys, and check a copy of the wrapping key."""

import os
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import click
import tink

from companion.cli import context
from companion.cli.file_arguments import A_FILE, STANDARD_INPUT, many, printable, read_from
from companion.domain.people import Credentials, Viewer
from companion.domain.refusals import NotAllowed, NotFound, Rejected, SlowDown
from companion.services.accounts.operator_proof import prove
from companion.services.act import Actor
from companion.services.operations import key_copies, rotate_keys
from companion.store.base import Store
from companion.store.keys import CONCERNS, EVALUATION, WORDS, KeyMissing
from companion.store.writer_queue import Busy

LINGER_SECONDS = 10
"""How many seconds an old data key is kept for requests that are still running."""
SERVICE = {"words": WORDS, "concerns": CONCERNS, "evaluations": EVALUATION}
SENTENCES = {
    "wrong_sign_in": "The sign-in name or the passphrase isn't right.",
    "wrong_second_factor": "The one-time code isn't right.",
    "code_used": "This one-time code has been used. Wait for the next one.",
    "second_factor_missing": "This account has no second step yet. Set one up in the portal first.",
    "administrators_only": "Only an administrator can use this command.",
}


@click.group()
def keys() -> None:
    """Show and rotate the keys that encrypt everything (docs/operations.md, Keys)."""


@keys.command()
@context.plainly
def status() -> None:
    """Show the keys, where the wrapping key is stored, and unfinished rotations."""
    store = context.store()
    found = rotate_keys.status(store)
    wrapping = found.wrapping
    click.echo(f"The wrapping key is {wrapping.primary}, since {wrapping.since:%d %B %Y, %H:%M} UTC.")
    click.echo(f"It is kept in {store.keys.wrapping.where}.")
    click.echo(
        f"It wraps {many(found.participants, 'key')} of participants and {found.service} of the service. "
        f"Destroyed: {found.destroyed}."
    )
    if rotate_keys.wrapping_step(store) is rotate_keys.RotationStep.PUT_AWAY:
        click.echo(
            context.said(
                "A retired key is still there. What to put in its place says “companion keys rotate wrapping”"
            )
        )
    under_way = [*(["wrapping"] if wrapping.new or wrapping.retiring else []), *found.under_way]
    for what in under_way:
        click.echo(
            context.said(f"Under way: {_shown(what)}. Go on with “companion keys rotate {_shown(what)}”")
        )
    if not under_way:
        click.echo("No rotation in progress.")


@keys.command()
@click.argument("what", metavar="wrapping|words|concerns|evaluations|REFERENCE")
@context.plainly
def rotate(what: str) -> None:
    """Rotate a key while the portal is running.

    The key can be the wrapping key, a service key or a participant's key. To rotate a participant's data key,
    give the participant's reference. An administrator must first sign in on the command line. If the rotation
    is interrupted, run the command again to continue.
    """
    store = context.store()
    try:
        rotate_keys.require_all_known(store)  # fail before the administrator has to sign in
        if what == "wrapping":
            _wrapping(store)
        else:
            _data_key(store, what)
    except rotate_keys.Stuck as stuck:
        raise click.ClickException(
            f"The old key stays, because these can't be opened: {stuck}. "
            "Put it back from a copy, or remove it; then run this again."
        ) from stuck
    except rotate_keys.NotAllKnown as newer:
        raise click.ClickException(
            "The databases are of a newer version of Companion, and what it sealed would be lost with the old key. "
            "Change the key with that version."
        ) from newer
    except Busy as busy:
        raise click.ClickException("Others were writing all the time. Run this again to continue.") from busy


@keys.command("confirm-copy")
@click.argument("copy", type=A_FILE)
@context.plainly
def confirm_copy(copy: Path) -> None:
    """Check a copy of the wrapping key, and record the check.

    Read the copy of the key from a file, or from standard input if COPY is “-”.
    """
    key_file = context.settings().wrapping_key_file
    if _is_itself(key_file, copy):
        raise click.ClickException(f"{key_file} is the key itself. Give the copy that you keep elsewhere.")
    text = read_from(copy).decode(errors="replace")
    key_id = key_copies.confirm(context.store(), text, context.now())
    click.echo(f"It opens what the wrapping key {key_id} wrapped. That there is a copy is on record now.")


def _is_itself(key_file: Path, copy: Path) -> bool:
    with suppress(OSError, ValueError):  # the file may not exist, and standard input may not be a file
        given = os.fstat(sys.stdin.fileno()) if copy == STANDARD_INPUT else copy.stat()
        return os.path.samestat(given, key_file.stat())
    return False


def _wrapping(store: Store) -> None:
    step = rotate_keys.wrapping_step(store)
    if step is rotate_keys.RotationStep.PUT_AWAY:
        _to_put(store, rotate_keys.left_over(store), "The retired key is no longer needed.")
        return
    if step is rotate_keys.RotationStep.LOST and not click.confirm(
        f"A new key was made and is not in {store.keys.wrapping.where}. Put there what was printed. "
        "Is it lost, and shall another one be made?",
        err=True,
    ):
        return
    if step is not rotate_keys.RotationStep.GO_ON:
        text = rotate_keys.begin_wrapping(Actor(store, _administrator(store), context.now()))
        _to_put(store, text, "A new wrapping key was made beside the old one. Nothing uses it yet.")
        click.echo(
            "Keep a copy of it as you do of the old one, and let every machine that runs Companion have it. "
            "Then run this again.",
            err=True,
        )
        return
    count = sum(rotate_keys.go_on_wrapping(store, context.now()))
    click.echo(
        f"{many(count, 'key')} wrapped by the new wrapping key. Nothing needs the old one any more.", err=True
    )
    _to_put(store, rotate_keys.left_over(store), "")
    click.echo(
        "Copies of the key store from before open only with the old one: keep a copy of it for as long as "
        "them, 7 days, and destroy it then.",
        err=True,
    )


def _to_put(store: Store, text: str, said: str) -> None:
    where = store.keys.wrapping.where
    if said:
        click.echo(said, err=True)
    if text:
        click.echo(f"Put this line into {where} wherever Companion runs, and start it again there:", err=True)
        click.echo(text)
    else:
        click.echo(f"{where} was changed.", err=True)


def _data_key(store: Store, what: str) -> None:
    try:
        owner = SERVICE.get(what) or rotate_keys.owner_of(store, what)
        begun = rotate_keys.under_way(store, owner)
    except NotFound as error:
        raise click.ClickException(f"There is no participant {_shown(what)}.") from error
    except KeyMissing as error:
        raise click.ClickException(f"There is no key of {_shown(what)}: it was destroyed.") from error
    except tink.TinkError as error:
        raise click.ClickException(
            f"The key of {_shown(what)} is damaged. Restore it from its copy."
        ) from error
    if not begun:
        rotate_keys.begin(Actor(store, _administrator(store), context.now()), owner)
    count = sum(rotate_keys.go_on(store, owner, lambda: time.sleep(LINGER_SECONDS), context.now()))
    click.echo(f"{many(count, 'value')} sealed with the new key. The old one is gone.")
    click.echo(
        "Make a backup of both databases now: an older one of the first opens only with its own key store."
    )


def _administrator(store: Store) -> Viewer:
    click.echo("An administrator has to sign in to start this.", err=True)
    name, passphrase, code = (
        click.prompt(asked, hide_input=hidden, err=True, type=str)
        for asked, hidden in (("Sign-in name", False), ("Passphrase", True), ("One-time code", True))
    )
    try:
        return prove(store, context.hasher(), Credentials(name, passphrase), code, context.now())
    except SlowDown as refusal:
        raise click.ClickException(
            f"There were too many tries. Try again in {many(refusal.seconds, 'second')}."
        ) from refusal
    except Rejected as refusal:
        raise click.ClickException(_said(problem.key for problem in refusal.problems)) from refusal
    except NotAllowed as refusal:
        raise click.ClickException(_said([refusal.key])) from refusal


def _said(keys: Iterable[str]) -> str:
    return " ".join(SENTENCES[key] for key in keys)


def _shown(what: str) -> str:
    names = {owner: name for name, owner in SERVICE.items()}
    return printable(names.get(what, what))
