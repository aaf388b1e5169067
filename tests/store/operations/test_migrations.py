"""Test that migrations work up and down. Test that migrated tables are the same as in the models."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect, select, text

from companion.config import BadSetting, Settings
from companion.domain.schema_state import SchemaState
from companion.services.operations import row_bindings
from companion.store.base import DatabaseUnavailable, Model, Store, open_engine
from companion.store.operations.migrations import KEYS, MAIN, History, standing
from companion.store.operations.open_databases import prepare
from tests.cast import Cast
from tests.fixtures import TUESDAY
from tests.newer import NEWER, brought_further, stands_at
from tests.postgres import fresh_database
from tests.store.populated import Revisions
from tests.stored import stored

HISTORIES = pytest.mark.parametrize("history", [MAIN, KEYS], ids=["main", "keys"])


@pytest.fixture
def empty(server: str, tmp_path: Path) -> Iterator[Engine]:
    """Yield an engine for an empty database."""
    url = f"sqlite:///{tmp_path}/companion.db"
    if server:
        worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        url = fresh_database(server, f"migrations_{worker}")
    engine = open_engine(url)
    yield engine
    engine.dispose()


def tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names()) - {"alembic_version"}


@HISTORIES
def test_after_migrating_up_and_down_and_up_the_tables_match_the_models(
    history: History, empty: Engine
) -> None:
    assert history.standing(empty) is SchemaState.BEHIND
    for _ in range(2):
        history.upgrade(empty)
        assert history.standing(empty) is SchemaState.CURRENT and tables(empty) == set(
            history.metadata.tables
        )
        assert history.drift(empty) == []
        history.downgrade(empty)
        assert history.standing(empty) is SchemaState.BEHIND and tables(empty) == set()


@HISTORIES
def test_every_versions_rows_survive_migrating_up_and_down(
    history: History, empty: Engine, request: pytest.FixtureRequest
) -> None:
    """Migrate up one version at a time, and add rows at each version.

    Migrate down one version at a time, and then up in a single step. With ``--full``, migrate directly down
    to each older version and up again.
    """
    revisions = Revisions(history, empty)
    for name in revisions.names:
        revisions.moves(name)
        revisions.populate(everywhere=False)
    newest = revisions.names[-1]
    with empty.connect() as connection:
        for table in history.metadata.sorted_tables:
            # the models must be able to read the rows of every table
            assert len(connection.execute(select(table)).all()) > 1, table
    for name in revisions.names[-2::-1]:
        revisions.moves(name)
    revisions.moves(newest)
    if request.config.getoption("full"):
        for name in revisions.names:
            revisions.moves(name)
            revisions.populate(everywhere=True)
            revisions.moves(newest)
    assert history.standing(empty) is SchemaState.CURRENT and history.drift(empty) == []


@HISTORIES
def test_a_difference_between_the_database_and_the_models_is_detected(
    history: History, empty: Engine
) -> None:
    history.upgrade(empty)
    table = next(iter(history.metadata.tables))
    with empty.connect().execution_options(writing=True) as connection:
        connection.execute(text(f"ALTER TABLE {table} ADD COLUMN forgotten INTEGER"))
        connection.commit()
    assert len(history.drift(empty)) == 1 and "forgotten" in repr(history.drift(empty))


def test_a_database_with_a_missing_column_is_refused(
    empty: Engine,
) -> None:
    *_, before, _ = Revisions(MAIN, empty).names
    MAIN.upgrade(empty, before)
    with empty.connect().execution_options(writing=True) as connection:
        connection.execute(text("ALTER TABLE holds DROP COLUMN review_on"))
        connection.commit()
    with pytest.raises(BadSetting, match="It lacks review_on"):
        MAIN.upgrade(empty)
    with empty.connect() as connection:
        assert MAIN.revision(connection) == before


def test_running_migrate_on_up_to_date_databases_changes_nothing(
    settings: Settings, store: Store, cast: Cast
) -> None:
    cast.sam.types(cast.priya.sets(cast.sam, "a-week-of-choices"), "the-week", "6")
    before = stored(store)
    assert not prepare(settings, TUESDAY)
    assert stored(store) == before and store.standing() is SchemaState.CURRENT


def test_undoing_and_repeating_the_newest_migration_keeps_all_rows(store: Store, cast: Cast) -> None:
    cast.sam.types(cast.priya.sets(cast.sam, "a-week-of-choices"), "the-week", "6")
    before = stored(store)
    MAIN.downgrade(store._engine, "-1")
    there = inspect(store._engine).get_table_names()
    MAIN.upgrade(store._engine)
    row_bindings.bind_every_row(store)  # operators run “bindings renew” after a downgrade and an upgrade
    assert store.standing() is SchemaState.CURRENT
    made_by_it = {name for name in before if name not in there and name in Model.metadata.tables}
    after = stored(store)
    assert {name: after[name] for name in after if name not in made_by_it} == {
        name: before[name] for name in before if name not in made_by_it
    }


def test_a_newer_versions_database_is_accepted(settings: Settings, store: Store) -> None:
    with brought_further(store._engine, MAIN):
        assert store.standing() is SchemaState.AHEAD and store.in_order() is store
        assert not prepare(settings, TUESDAY)
        with store._engine.connect() as connection:
            assert MAIN.revision(connection) == NEWER


def test_a_newer_database_is_refused_if_it_lacks_a_column_that_this_version_uses(
    empty: Engine, settings: Settings, store: Store
) -> None:
    MAIN.upgrade(empty)
    stands_at(empty, NEWER)
    assert MAIN.standing(empty) is SchemaState.AHEAD
    with empty.connect().execution_options(writing=True) as connection:
        connection.execute(text("ALTER TABLE holds DROP COLUMN review_on"))
        connection.commit()
    assert MAIN.standing(empty) is SchemaState.BEYOND
    with pytest.raises(DatabaseUnavailable, match="lack what this version of Companion uses"):
        Store(empty, store.keys, standing).in_order()
    lacking = replace(settings, database_url=empty.url.render_as_string(hide_password=False))
    with pytest.raises(DatabaseUnavailable, match="lack what this version of Companion uses"):
        prepare(lacking, TUESDAY)


@HISTORIES
def test_every_migration_file_is_named_after_its_revision(history: History, empty: Engine) -> None:
    assert history.revisions == Revisions(history, empty).names


def test_an_older_versions_database_is_refused_until_it_is_migrated(empty: Engine, store: Store) -> None:
    MAIN.upgrade(empty, "0001")
    assert store.in_order() is store
    with pytest.raises(DatabaseUnavailable, match="of an older version of Companion"):
        Store(empty, store.keys, standing).in_order()
