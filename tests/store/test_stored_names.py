"""Test that names in databases, such as events and tables, never change."""

from tests.store.stored_names import LISTED, columns, stored_names


def test_the_code_still_has_every_name_that_databases_may_contain() -> None:
    gone = {name: set(LISTED[name]) - now for name, now in stored_names().items()}
    assert {name: names for name, names in gone.items() if names} == {}


def test_every_table_and_column_of_earlier_versions_still_exists() -> None:
    gone = {table: set(names) - columns().get(table, set()) for table, names in LISTED["tables"].items()}
    assert {table: names for table, names in gone.items() if names} == {}
