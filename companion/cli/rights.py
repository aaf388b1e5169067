"""The ``retention`` command deletes data that is too old. After a restore, the ``erasures`` command repeats
the erasures of participants.
"""

import logging
from datetime import datetime
from pathlib import Path

import click

from companion.cli import context
from companion.cli.file_arguments import Within
from companion.domain.records.retention import ClockInDoubt, Schedule
from companion.services.records import erasure, retention
from companion.store.base import Store
from companion.store.records import erased_list, policies
from companion.store.records.erased_list import ErasedList

log = logging.getLogger(__name__)

IN_DOUBT = (
    "nothing is erased or deleted, since this machine's clock is far from the last run of retention: look at the "
    "clock, and if it is right call “companion retention run --do --clock-is-right”"
)
"""A log message that reports that the clock may be wrong."""


def noted() -> ErasedList:
    """Return the list of erasures."""
    return ErasedList.at(context.settings().home)


def keep_to_schedule(store: Store) -> None:
    """Finish incomplete erasures, and repeat any erasure that was undone, for example by a restored backup.
    Then apply the retention schedule. The background loop calls this function every day.

    If the clock may be wrong, log an error and don't apply the schedule. Raise ``Disordered`` if the audit
    chain is broken.
    """
    erasure.apply(store, noted(), context.now())
    try:
        retention.run(store, noted(), _schedule(store), context.now())
    except ClockInDoubt as doubt:
        log.error(IN_DOUBT, extra={"last": f"{doubt.last:%Y-%m-%d}"})
    store.sweep()


def _schedule(store: Store) -> Schedule:
    with store.reading() as tx:
        return policies.schedule(tx)


def _in_doubt(doubt: ClockInDoubt, now: datetime) -> str:
    return (
        f"Retention last ran on {doubt.last:%d %B %Y}, and this machine's clock says {now:%d %B %Y}, so nothing is"
        " erased or deleted. Look at the clock. If it is right: “companion retention run --do --clock-is-right”"
    )


@click.group("retention")
def retention_commands() -> None:
    """Erase participants and delete records whose retention period is over."""


@retention_commands.command()
@click.option("--do", "do_it", is_flag=True, help="Do it. Without this, it only says what it would do.")
@click.option(
    "--clock-is-right", is_flag=True, help="With --do: you have checked the clock, after a long gap."
)
@context.plainly
def run(do_it: bool, clock_is_right: bool) -> None:
    """Show what the retention schedule would erase and delete now. With the option --do, erase the
    participants and delete the records whose retention period is over.
    """
    store, now = context.store(), context.now()
    schedule = _schedule(store)
    try:
        if do_it:
            report = retention.run(store, noted(), schedule, now, clock_is_right=clock_is_right)
        else:
            report = retention.preview(store, schedule, now)
    except ClockInDoubt as doubt:
        raise click.ClickException(_in_doubt(doubt, now)) from doubt
    did = "erased" if do_it else "would be erased"
    for each in report.erased:
        click.echo(f"{each.reference}: {did} ({each.rule.id}, over since {each.on.isoformat()})")
    for each in report.held:
        click.echo(f"{each.reference}: held ({each.rule.id}, over since {each.on.isoformat()})")
    for rule, count in report.deleted:
        click.echo(f"{rule.id}: {count} {'deleted' if do_it else 'would be deleted'}")
    if not do_it:
        click.echo(context.said("Nothing was changed. Do it with “companion retention run --do”"))
    if report.doubt:
        click.echo(context.said(_in_doubt(report.doubt, now)))


@click.group()
def erasures() -> None:
    """List erased participants, and erase them again after a restore."""


@erasures.command()
@click.option(
    "--list", "kept", type=Within(exists=True, dir_okay=False, path_type=Path),
    help="A list kept elsewhere, as “erasures list” prints it.",
)  # fmt: skip
@context.plainly
def apply(kept: Path | None) -> None:
    """Finish interrupted erasures. After a restore, erase again everybody on the erasure list."""
    store = context.store()
    own = noted().found(store.keys)
    more = erased_list.read(store.keys, kept.read_bytes()) if kept else erased_list.Found(set(), 0)
    count = erasure.apply(store, noted(), context.now(), more=more.accounts)
    click.echo(f"{count} erasures finished or done again.")
    if own.damaged or more.damaged:
        raise click.ClickException(
            f"{own.damaged + more.damaged} lines of the list are not as they were written. They were left out."
        )


@erasures.command("list")
@context.plainly
def show() -> None:
    """Print the list of erasures. Keep a copy of the list of erasures on another machine. The list of
    erasures contains random ids but no names.
    """
    store = context.store()
    for account_id, at in sorted(noted().found(store.keys).since.items()):
        click.echo(erased_list.line(store.keys, account_id, at), nl=False)
