"""The ``audit`` commands seal, show and check the audit's hash chain."""

import re

import click
from sqlalchemy.exc import IntegrityError

from companion.cli import context
from companion.store import audit, audit_head
from companion.store.audit import Wrong
from companion.store.base import Store

WRONG = {
    Wrong.ENTRY: "The chain is broken at position {}: that entry was changed, moved or added, or one was removed.",
    Wrong.REMEMBERED: (
        "The chain is broken at position {}: the key store remembers a head that is not in it, so entries were removed "
        "or an older copy of the database was put back."
    ),
    Wrong.LOOSE: "The chain is whole, but after it, at position {}, an entry was changed or put in.",
}
UNKNOWN_HEAD = (
    "The chain is whole as far as it goes, but the head given with --head isn't in it. Compare that head with your "
    "note, and see that it was noted from this portal. If it was, and no backup was restored since, entries were "
    "removed: change nothing, copy both databases and the log, and follow the runbook: “audit verify doesn't know "
    "a head”."
)
HEAD = r"[0-9]{1,18}:[0-9a-f]*"
"""The format in which ``audit head`` prints a link of the audit's hash chain."""


@click.group("audit")
def audit_commands() -> None:
    """Seal, show and check the audit's hash chain."""


@audit_commands.command()
@context.plainly
def seal() -> None:
    """Add every new audit entry to the hash chain."""
    click.echo(f"{seal_now(context.store())} entries chained.")


def seal_now(store: Store) -> int:
    """Add new audit entries to the hash chain. Return how many entries were added.

    If another process adds the entries at the same time, return 0. Save the entries first, then the latest
    hash. Otherwise a crash could leave a hash without its entry. Raise ``Disordered`` if the chain doesn't
    contain the latest hash that the key store remembers.
    """
    try:
        with store.writing() as tx:
            count, head = audit.seal(tx), audit.newest_head(tx)
            tx.commit()
    except IntegrityError:
        return 0
    known = audit_head.remembered(store.keys)
    if known is None or known.position < head.position:
        audit_head.remember(store.keys, head)
    return count


@audit_commands.command()
@context.plainly
def head() -> None:
    """Print the latest link of the audit's hash chain. Keep a copy of the audit log's latest hash on another
    machine. Anyone who keeps a copy of this hash can tell whether entries were later removed from the end of
    the log.
    """
    click.echo(head_of(context.store()))


def head_of(store: Store) -> str:
    """Return the latest link of the audit's hash chain as text."""
    with store.reading() as tx:
        return audit.head(tx)


@audit_commands.command()
@click.option("--head", default="", help="A head that was noted earlier, elsewhere: position:link.")
@context.plainly
def verify(head: str) -> None:
    """Check the audit's hash chain. Report the first entry that doesn't match the chain."""
    if head and not re.fullmatch(HEAD, head):
        raise click.UsageError(
            "That isn't a head. Write it as position:link, as “companion audit head” prints it."
        )
    with context.store().reading() as tx:
        verdict = audit.verify(tx, head)
    click.echo(f"{verdict.sealed} entries chained, {verdict.loose} not yet. Head: {verdict.head}")
    if verdict.wrong:
        raise click.ClickException(said_of(verdict.wrong, verdict.broken_at))


def said_of(wrong: Wrong, position: int | None) -> str:
    """Return a message about a broken hash chain, with the next step."""
    if wrong is Wrong.UNKNOWN_HEAD:
        return UNKNOWN_HEAD
    return f"{WRONG[wrong].format(position)} {context.SETTLE}"
