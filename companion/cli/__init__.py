"""The commands that an operator runs with ``flask --app wsgi …``."""

from flask import Flask

from companion.cli.activities import activities
from companion.cli.audit import audit_commands
from companion.cli.background.loop import background
from companion.cli.background.reminders import reminders
from companion.cli.backup import backup_commands
from companion.cli.bindings import bindings
from companion.cli.demo import demo
from companion.cli.doctor import doctor
from companion.cli.figures import figures
from companion.cli.first_start import first_start, migrate
from companion.cli.installed_files import nginx
from companion.cli.keys import keys
from companion.cli.move import move
from companion.cli.policies import policies
from companion.cli.programmes import programmes
from companion.cli.resets import reset
from companion.cli.rights import erasures, retention_commands
from companion.cli.sessions import sessions
from companion.cli.translations import translations


def install(app: Flask) -> None:
    """Register every operator command with the application."""
    for command in (
        migrate,
        first_start,
        background,
        backup_commands,
        bindings,
        activities,
        policies,
        programmes,
        audit_commands,
        demo,
        doctor,
        figures,
        keys,
        move,
        nginx,
        reminders,
        retention_commands,
        erasures,
        reset,
        sessions,
        translations,
    ):
        app.cli.add_command(command)
