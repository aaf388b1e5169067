"""Run an operator's command."""

import os
import sys
from importlib.metadata import version as version_of

import click
from flask.cli import FlaskGroup

from companion.config import version


def _say_version(context: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
    if wanted:
        click.echo(f"Companion {version()}, Flask {version_of('flask')}, Python {sys.version.split()[0]}")
        context.exit()


commands = FlaskGroup(
    help="The commands of Companion. docs/operations.md explains each.",
    add_version_option=False,
    params=[
        click.Option(
            ["--version"],
            is_flag=True,
            is_eager=True,
            expose_value=False,
            callback=_say_version,
            help="Say which version this is.",
        )
    ],
)

if __name__ == "__main__":
    os.environ.setdefault("FLASK_APP", "wsgi")
    commands.main(prog_name=os.environ.get("COMPANION_COMMAND", "python -m companion.cli"))
