"""Puts the application together."""

from pathlib import Path

from flask import Flask

from companion.config import Settings
from companion.content import directory
from companion.store.passphrases import Hasher
from companion.store.snapshot import Snapshot
from companion.web import (
    access,
    account,
    activities,
    admin,
    budgets,
    compiled,
    compression,
    databases,
    errors,
    files,
    gallery,
    groups,
    i18n,
    languages,
    lead,
    pages,
    participant,
    practitioner,
    public,
    request_log,
    security,
    somebody,
    told,
)
from companion.web.repeating import Repeating

ROOT = Path(__file__).parents[2]


def make_app(settings: Settings | None = None, *, for_commands: bool = False) -> Flask:
    """The application. Raises ``BadSetting`` when the keys are missing.

    While the databases do not answer it gives help and lets people leave; it opens them as soon as they do.
    ``for_commands`` makes it without opening the databases, which a command may be about to make.
    """
    settings = settings or Settings.from_environment()
    app = Repeating("companion", root_path=str(ROOT))
    app.extensions["settings"] = settings
    app.extensions["hasher"] = Hasher(cheap=settings.cheap_hashes)
    languages.install(app)
    i18n.install(app)
    if for_commands:
        from companion import cli  # it brings what only commands need, such as Alembic

        cli.install(app)
        return app
    app.extensions["snapshot"] = Snapshot(settings.home, directory())
    request_log.install(app, settings)
    databases.install(app, settings)
    somebody.install(app)
    budgets.install(app)
    security.install(app, settings)
    access.install(app)
    pages.install(app)
    told.install(app)
    errors.install(app)
    files.install(app)
    compiled.install(app)
    compression.install(app)
    for blueprint in (
        public.bp,
        account.bp,
        participant.bp,
        practitioner.bp,
        groups.bp,
        activities.bp,
        lead.bp,
        admin.bp,
    ):
        app.register_blueprint(blueprint)
    if settings.mode == "demo":
        app.register_blueprint(gallery.bp)
    return app
