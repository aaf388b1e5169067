"""Migrations of both databases: the main one and the key store, each with its own history."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, MetaData, inspect

from companion.store import (  # noqa: F401  # every module with models, so that the metadata is whole
    activities,
    after,
    appointments,
    audit,
    away,
    calendars,
    concern_rules,
    concerns,
    corrections,
    devices,
    erasures,
    evaluation,
    factors,
    figures,
    groups,
    handovers,
    holds,
    limits,
    looks,
    message_drafts,
    messages,
    notes,
    notices,
    outbox,
    paper,
    passkeys,
    people,
    plan,
    programmes,
    record,
    sessions,
    signposts,
    topics,
    undelivered,
    work,
)
from companion.store.base import Model
from companion.store.keys import KeyModel

FOLDER = Path(__file__).parents[2] / "migrations"


@dataclass(frozen=True)
class History:
    """One database's migrations and the models that they must add up to."""

    name: Literal["main", "keys"]
    metadata: MetaData

    def config(self, engine: Engine) -> Config:
        """Alembic's configuration for this history on this database."""
        config = Config(attributes={"engine": engine, "metadata": self.metadata})
        config.set_main_option("script_location", str(FOLDER))
        config.set_main_option("version_locations", str(FOLDER / self.name))
        config.set_main_option("path_separator", "newline")
        return config

    def upgrade(self, engine: Engine, to: str = "head") -> None:
        """Bring the database to a revision."""
        command.upgrade(self.config(engine), to)

    def downgrade(self, engine: Engine, to: str = "base") -> None:
        """Take the database back to a revision."""
        command.downgrade(self.config(engine), to)

    def revision(self, connection: Connection) -> str:
        """The revision that the database stands at; nothing before the first."""
        return MigrationContext.configure(connection).get_current_revision() or ""

    def knows(self, engine: Engine, revision: str) -> bool:
        """Whether this version of Companion has the revision; a newer one may have made it."""
        script = ScriptDirectory.from_config(self.config(engine))
        return revision in {each.revision for each in script.walk_revisions()}

    def in_order(self, engine: Engine) -> bool:
        """Whether the database stands at the newest revision, or a newer version has brought it further.

        That one only adds to what we use (docs/decisions/0030-rolling-replacement.md).
        """
        with engine.connect() as connection:
            revision = self.revision(connection)
        return bool(revision) and (revision == self.newest(engine) or self.ahead(engine))

    def ahead(self, engine: Engine) -> bool:
        """Whether a newer version has brought the database further than this one can: it has all that this one uses."""
        with engine.connect() as connection:
            revision = self.revision(connection)
            there = set(inspect(connection).get_table_names())
        return bool(revision) and not self.knows(engine, revision) and there.issuperset(self.metadata.tables)

    def newest(self, engine: Engine) -> str:
        """The newest revision of this version."""
        return ScriptDirectory.from_config(self.config(engine)).get_current_head() or ""

    def drift(self, engine: Engine) -> list[object]:
        """What the models say and the database does not, or the reverse."""
        with engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            return list(compare_metadata(context, self.metadata))


MAIN = History("main", Model.metadata)
KEYS = History("keys", KeyModel.metadata)
