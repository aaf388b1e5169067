"""Test that names in databases, such as events and tables, never change."""

from tests.store.stored_names import LISTED, columns, stored_names


def test_no_stored_name_is_changed_or_removed() -> None:
    gone = {name: set(LISTED[name]) - now for name, now in stored_names().items()}
    assert {name: names for name, names in gone.items() if names} == {}


def test_no_table_or_column_is_renamed_or_removed() -> None:
    gone = {table: set(names) - columns().get(table, set()) for table, names in LISTED["tables"].items()}
    assert {table: names for table, names in gone.items() if names} == {}
