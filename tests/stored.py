"""Return the contents of both databases for comparisons in tests."""

from sqlalchemy import select

from companion.store.base import Model, Store
from companion.store.keys import KeyModel
from companion.store.quotas import UNCOUNTED


def stored(store: Store, *but: str) -> dict[str, list[str]]:
    """Return every row in both databases, without the given columns and tables."""
    if "audit_entries" in but:
        but = (*but, "tries")  # this table counts the refusals in the audit
    if any(name in Model.metadata.tables and name not in UNCOUNTED for name in but):
        but = (*but, "stored_bytes")  # this table contains the sizes of the data in other tables
    rows: dict[str, list[str]] = {}
    with store.reading() as tx, store.keys.engine.connect() as keys:
        for source, metadata in ((tx, Model.metadata), (keys, KeyModel.metadata)):
            for table in metadata.sorted_tables:
                if table.name not in but:
                    columns = [column for column in table.c if column.name not in but]
                    rows[table.name] = sorted(repr(row) for row in source.execute(select(*columns)))
    return rows
