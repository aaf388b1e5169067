"""Test that names stored in databases never change, such as names of tables, encrypted columns, events and
notices.
"""

from tests.store.stored_names import LISTED, columns, stored_names


def test_no_stored_name_changes() -> None:
    gone = {name: set(LISTED[name]) - now for name, now in stored_names().items()}
    assert {name: names for name, names in gone.items() if names} == {}


def test_no_table_or_column_changes_its_name() -> None:
    gone = {table: set(names) - columns().get(table, set()) for table, names in LISTED["tables"].items()}
    assert {table: names for table, names in gone.items() if names} == {}
