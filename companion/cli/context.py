"""Open the settings and databases for commands, and report errors in one sentence."""

import functools
from collections.abc import Callable
from datetime import UTC, datetime
from typing import ParamSpec, TypeVar

import click
from flask import current_app, has_app_context

from companion.config import BadSetting, Settings
from companion.content import shipped_directory
from companion.store.accounts.passphrases import Hasher
from companion.store.audit import Disordered
from companion.store.base import UNAVAILABLE, DatabaseUnavailable, Store
from companion.store.operations.open_databases import open_store
from companion.store.signposts.help_file import Snapshot

SETTLE = (
    "Nothing is chained or erased until this is settled. Change nothing, copy both databases and the log, and follow "
    "the runbook: “audit verify names a position”."
)
DATABASE_AWAY = 69
"""The exit code for a database that doesn't respond (``EX_UNAVAILABLE`` in sysexits.h)."""

P = ParamSpec("P")
R = TypeVar("R")


class _DatabaseAway(click.ClickException):
    exit_code = DATABASE_AWAY


def settings() -> Settings:
    found: Settings = current_app.extensions["settings"]
    return found


def hasher() -> Hasher:
    found: Hasher = current_app.extensions["hasher"]
    return found


def now() -> datetime:
    """Return the current time, shifted by the clock offset in the settings."""
    return datetime.now(UTC) + settings().clock_offset


def store() -> Store:
    """Open both databases as one store.

    Raise ``DatabaseUnavailable`` if a database is down or incompatible with this version. Raise
    ``BadSetting`` if the keys are missing.
    """
    return open_store(settings()).in_order()


def snapshot() -> Snapshot:
    """Return the file with a copy of the signposts."""
    return Snapshot(settings().home, shipped_directory())


def said(text: str) -> str:
    """In messages, replace “companion …” with the command that works on this machine."""
    return text.replace("“companion ", f"“{settings().command} ") if has_app_context() else text


def plainly(command: Callable[P, R]) -> Callable[P, R]:
    """Report a bad setting, a damaged audit chain or an unavailable database briefly, without a traceback."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except BadSetting as error:
            raise click.ClickException(said(str(error))) from error
        except Disordered as error:
            raise click.ClickException(said(f"{error} {SETTLE}")) from error
        except DatabaseUnavailable as error:
            raise _DatabaseAway(said(str(error))) from error
        except click.UsageError:
            raise
        except click.ClickException as error:
            raise click.ClickException(said(error.message)) from error
        except UNAVAILABLE as error:
            raise _DatabaseAway("A database went away or is too busy. Try again.") from error

    return run
