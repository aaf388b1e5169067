"""Every bytes column is known: it is sealed under its own name, or it is a hash."""

import ast
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import LargeBinary

from companion.store.drafts import Drafted
from companion.store.operations.migrations import MAIN
from companion.store.operations.sealed_columns import NOT_SEALED, place, sealed_columns

STORE = Path(__file__).parents[3] / "companion" / "store"


def named() -> Iterator[str]:
    """Yield the names in the application's calls of ``box.seal``."""
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
    yield from (f"{drafts.__tablename__}.typed" for drafts in Drafted.__subclasses__())  # by its table


def test_what_a_rotation_seals_anew_is_just_what_is_sealed() -> None:
    """A new column: seal it under its own name, or say in ``sealed_columns.py`` that it is a hash."""
    assert {place(column) for column in sealed_columns(MAIN.metadata)} == set(named())


def test_every_unsealed_column_exists() -> None:
    bytes_ = {
        str(column)
        for table in MAIN.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, LargeBinary)
    }
    assert bytes_ >= NOT_SEALED
