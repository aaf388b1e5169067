"""The ``demo load`` command creates a small service with fictional people."""

import json
from datetime import timedelta

import click

from companion.cli import context
from companion.cli.demo.people import People
from companion.cli.demo.story import tell
from companion.store import people


@click.group()
def demo() -> None:
    """Load the demo programme and its fictional people."""


@demo.command()
@context.plainly
def load() -> None:
    """Load the demo, unless the database already contains accounts. Print the demo's accounts, and write them
    to ``demo-accounts.json``.
    """
    settings = context.settings()
    if settings.mode == "serve":
        raise click.ClickException("The demo can't be loaded into a real instance.")
    path = settings.home / "demo-accounts.json"
    store = context.store()
    with store.reading() as tx:
        loaded = people.any_account(tx)
    if not loaded:
        cast = People(store, context.hasher(), context.now() - timedelta(days=14))
        tell(cast, context.now())
        path.write_text(json.dumps(cast.accounts, indent=2) + "\n")
    if not path.exists():
        raise click.ClickException("The demo was only half loaded. Load it again: ./manage demo --reset")
    for account in json.loads(path.read_text()):
        click.echo("  " + "  ".join(f"{key}: {value}" for key, value in account.items()))
