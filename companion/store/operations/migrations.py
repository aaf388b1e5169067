"""The migrations of the main database and the key store. Each database has its own sequence of migrations."""

import importlib
import pkgutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from sqlalchemy import Connection, Engine, MetaData, inspect, text

from companion import store
from companion.domain.schema_state import SchemaState
from companion.store.base import Model
from companion.store.keys import KeyModel

if TYPE_CHECKING:
    from alembic.config import Config

for _module in pkgutil.walk_packages(store.__path__, f"{store.__name__}."):
    if "operations" not in _module.name:
        importlib.import_module(_module.name)  # importing a module adds its models to the metadata

FOLDER = Path(__file__).parents[3] / "migrations"


@dataclass(frozen=True)
class History:
    """One database's migrations, and its models after the last migration."""

    name: Literal["main", "keys"]
    metadata: MetaData

    @property
    def revisions(self) -> list[str]:
        """The ids of all migrations in the installed version of Companion, the oldest first."""
        return sorted(path.name.partition("_")[0] for path in (FOLDER / self.name).glob("*[0-9]_*.py"))

    def revision(self, connection: Connection) -> str:
        """Return the id of the database's last migration, or an empty string."""
        if not inspect(connection).has_table("alembic_version"):
            return ""
        return connection.scalar(text("SELECT version_num FROM alembic_version")) or ""

    def standing(self, engine: Engine) -> SchemaState:
        """Return the database's migration state."""
        with engine.connect() as connection:
            revision, known = self.revision(connection), self.revisions
            if revision in ("", *known):
                return SchemaState.CURRENT if revision == known[-1] else SchemaState.BEHIND
            return SchemaState.AHEAD if self._has_all(connection) else SchemaState.BEYOND

    def _has_all(self, connection: Connection) -> bool:
        """Return whether the database has every column that Companion uses."""
        there = inspect(connection).get_multi_columns()
        found = {(table, each["name"]) for (_, table), columns in there.items() for each in columns}
        used = ((table.name, each.name) for table in self.metadata.sorted_tables for each in table.columns)
        return found.issuperset(used)

    def config(self, engine: Engine) -> "Config":
        from alembic.config import Config

        config = Config(attributes={"engine": engine, "metadata": self.metadata})
        config.set_main_option("script_location", str(FOLDER))
        config.set_main_option("version_locations", str(FOLDER / self.name))
        config.set_main_option("path_separator", "newline")
        return config

    def upgrade(self, engine: Engine, to: str = "head") -> None:
        """Apply the database's migrations up to the migration ``to``."""
        from alembic import command

        command.upgrade(self.config(engine), to)

    def downgrade(self, engine: Engine, to: str = "base") -> None:
        """Migrate the database back to an earlier migration."""
        from alembic import command

        command.downgrade(self.config(engine), to)

    def drift(self, engine: Engine) -> list[object]:
        """Return the differences between the models and the database's tables."""
        from alembic.autogenerate import compare_metadata
        from alembic.migration import MigrationContext

        with engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            return list(compare_metadata(context, self.metadata))


MAIN = History("main", Model.metadata)
KEYS = History("keys", KeyModel.metadata)


def standing(main: Engine, keys: Engine) -> SchemaState:
    """Return the worse migration state: the main database's or the key store's."""
    return max(MAIN.standing(main), KEYS.standing(keys))
