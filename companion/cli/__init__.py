"""The operator's commands: ``flask --app wsgi …``."""

from flask import Flask

from companion.cli.activities import activities
from companion.cli.audit import audit
from companion.cli.background import background
from companion.cli.backup import backup
from companion.cli.bindings import bindings
from companion.cli.demo import demo
from companion.cli.doctor import doctor
from companion.cli.figures import figures
from companion.cli.installed import nginx
from companion.cli.keys import keys
from companion.cli.move import move
from companion.cli.policies import policies
from companion.cli.programmes import programmes
from companion.cli.reminders import reminders
from companion.cli.resets import reset
from companion.cli.rights import erasures, retention
from companion.cli.sessions import sessions
from companion.cli.starting import first_start, migrate
from companion.cli.translations import translations


def install(app: Flask) -> None:
    """Add every command."""
    for command in (
        migrate,
        first_start,
        background,
        backup,
        bindings,
        activities,
        policies,
        programmes,
        audit,
        demo,
        doctor,
        figures,
        keys,
        move,
        nginx,
        reminders,
        retention,
        erasures,
        reset,
        sessions,
        translations,
    ):
        app.cli.add_command(command)
