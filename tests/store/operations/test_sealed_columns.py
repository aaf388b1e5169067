"""Test that every binary column is encrypted or listed as a hash."""

import ast
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import LargeBinary

from companion.store.drafts import Drafted
from companion.store.operations.migrations import MAIN
from companion.store.operations.sealed_columns import NOT_SEALED, place, sealed_columns

STORE = Path(__file__).parents[3] / "companion" / "store"


def named() -> Iterator[str]:
    """Yield each column name that Companion passes to ``box.seal``."""
    for path in STORE.rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(call, ast.Call)
                and isinstance(call.func, ast.Attribute)
                and call.func.attr == "seal"
            ):
                first = call.args[0] if len(call.args) == 3 else None
                if isinstance(first, ast.Constant):
                    yield str(first.value)
    # drafts are encrypted under their table's name
    yield from (f"{drafts.__tablename__}.typed" for drafts in Drafted.__subclasses__())


def test_a_key_rotation_covers_exactly_the_columns_that_are_encrypted() -> None:
    """Encrypt a new column's values under that column's own name.

    If a new column contains hashes, list the column in ``sealed_columns.py``.
    """
    assert {place(column) for column in sealed_columns(MAIN.metadata)} == set(named())


def test_the_list_of_unencrypted_binary_columns_contains_only_existing_binary_columns() -> None:
    bytes_ = {
        str(column)
        for table in MAIN.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, LargeBinary)
    }
    assert bytes_ >= NOT_SEALED
