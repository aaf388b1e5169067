"""Build the Flask application."""

from pathlib import Path

from flask import Flask

from companion.config import Settings
from companion.content import shipped_directory
from companion.store.accounts.passphrases import Hasher
from companion.store.signposts.help_file import Snapshot
from companion.web import (
    account,
    activities,
    admin,
    demo,
    gallery,
    groups,
    lead,
    participant,
    practitioner,
    public,
)
from companion.web.gate import access, databases, security, session_user
from companion.web.page import context, errors, flashes, i18n, languages
from companion.web.server import assets, budgets, compression, request_log, template_cache
from companion.web.server.deadlock_retry import Repeating
from companion.web.server.url_rules import LateRule

ROOT = Path(__file__).parents[2]
BLUEPRINTS = (
    public.bp,
    account.bp,
    participant.bp,
    practitioner.bp,
    groups.bp,
    activities.bp,
    lead.bp,
    admin.bp,
)


class Portal(Repeating):
    url_rule_class = LateRule


def make_app(settings: Settings | None = None, *, for_commands: bool = False) -> Flask:
    """Return the application. Raise ``BadSetting`` if the keys are missing or a setting can't be used.

    Without the databases, people can only get help and leave the site. The application connects to the
    databases as soon as they are available. With ``for_commands``, the databases stay closed. The command
    that creates the databases must be able to run before the databases exist.
    """
    settings = settings or Settings.from_environment()
    app = Portal("companion", root_path=str(ROOT))
    app.extensions["settings"] = settings
    app.extensions["hasher"] = Hasher(cheap=settings.cheap_hashes)
    languages.install(app)
    i18n.install(app)
    if for_commands:
        from companion import cli  # this import loads libraries for commands, such as Alembic

        cli.install(app)
        return app
    app.extensions["snapshot"] = Snapshot(settings.home, shipped_directory())
    request_log.install(app, settings)
    databases.install(app, settings)
    session_user.install(app)
    budgets.install(app)
    security.install(app, settings)
    access.install(app)
    context.install(app)
    flashes.install(app)
    errors.install(app)
    assets.install(app)
    template_cache.install(app)
    compression.install(app)
    for blueprint in (*BLUEPRINTS, *((gallery.bp, demo.bp) if settings.mode == "demo" else ())):
        app.register_blueprint(blueprint)
    return app
