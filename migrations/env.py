"""Runs the migrations of the database that ``companion.store.migrate`` names."""

from typing import Any

from alembic import context

from companion.store.types import UtcDateTime


def render(kind: str, item: object, _context: Any) -> str | bool:
    """Write our own column type as what it is in the database, so that no migration depends on our code."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


engine = context.config.attributes["engine"]
with engine.connect().execution_options(writing=True) as connection:
    context.configure(
        connection=connection,
        target_metadata=context.config.attributes["metadata"],
        compare_type=True,
        render_item=render,
        render_as_batch=connection.dialect.name == "sqlite",
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
