"""Test that names stored in databases, such as names of events and tables, never change."""

from tests.store.stored_names import LISTED, columns, stored_names


def test_every_name_stored_in_databases_is_still_defined_in_the_code() -> None:
    gone = {name: set(LISTED[name]) - now for name, now in stored_names().items()}
    assert {name: names for name, names in gone.items() if names} == {}


def test_every_table_and_column_of_earlier_versions_still_exists() -> None:
    gone = {table: set(names) - columns().get(table, set()) for table, names in LISTED["tables"].items()}
    assert {table: names for table, names in gone.items() if names} == {}
