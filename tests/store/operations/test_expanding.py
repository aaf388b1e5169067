"""Test that the previous version of Companion keeps working after a migration."""

import ast
from collections.abc import Set
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[3] / "migrations"
TAKES_AWAY = {
    *("drop_table", "drop_column", "drop_constraint", "rename_table", "alter_column"),
    *("execute", "exec_driver_sql"),
}
"""Migration operations that could remove what the previous version of Companion uses.

Operations that run raw SQL count as destructive too, because they could remove any table or column.
"""
ADDS_A_DEMAND = {"create_unique_constraint", "create_check_constraint", "create_foreign_key"}
"""Migration operations that could make the database reject rows from the previous version of Companion."""


def steps() -> list[Path]:
    """Return all migrations written since we decided that a migration must not remove anything."""
    return [
        path
        for folder, last in (("main", "0020"), ("keys", "k0002"))
        for path in sorted((FOLDER / folder).glob("*.py"))
        if path.name.split("_")[0] > last
    ]


def before(step: Path) -> set[str]:
    """Return the revisions that come before this migration."""
    return {each.name.split("_")[0] for each in step.parent.glob("*.py") if each.name < step.name}


def asks_too_much(source: str, older: Set[str]) -> list[str]:
    """Return everything in ``upgrade`` that could stop the previous version of Companion from working.

    Only columns and tables unused since ``UNUSED_SINCE`` may be removed.
    """
    tree = ast.parse(source)
    since = {
        ast.literal_eval(each.value)
        for each in tree.body
        if isinstance(each, ast.Assign) and ast.unparse(each.targets[0]) == "UNUSED_SINCE"
    }
    unused = TAKES_AWAY if since & older else set()
    (upgrade,) = (each for each in tree.body if isinstance(each, ast.FunctionDef) and each.name == "upgrade")
    made = {
        ast.literal_eval(call.args[0])
        for call in ast.walk(upgrade)
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "op.create_table"
    }
    return [
        name
        for call in ast.walk(upgrade)
        if isinstance(call, ast.Call) and (name := _demand(call, made)) and name not in unused
    ]


def _demand(call: ast.Call, made: set[str]) -> str:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    if name in TAKES_AWAY | ADDS_A_DEMAND:
        return name
    if name == "create_index" and "unique=True" in ast.unparse(call):
        table = ast.literal_eval(call.args[1])
        # a list of column names belongs to an existing table
        new = isinstance(table, str) and table in made
        return "" if new else "a unique index"
    if name == "add_column":
        column = ast.unparse(call)
        return (
            "" if "nullable=True" in column or "server_default=" in column else "a column that must be given"
        )
    return ""


def test_no_migration_removes_anything_that_the_previous_version_uses() -> None:
    assert {
        path.name: found for path in steps() if (found := asks_too_much(path.read_text(), before(path)))
    } == {}


BATCH = "with op.batch_alter_table('answers') as table:\n        table."


@pytest.mark.parametrize(
    ("body", "wrong", "wrong_though_unused"),
    [
        ("op.drop_column('answers', 'value')", 1, 0),
        ("op.execute('DROP TABLE answers')", 1, 0),
        ("op.get_bind().exec_driver_sql('UPDATE answers SET revision = 0')", 1, 0),
        ("op.add_column('answers', sa.Column('mark', sa.String(8), nullable=False))", 1, 1),
        ("op.add_column('answers', sa.Column('mark', sa.String(8), nullable=True))", 0, 0),
        ("op.add_column('answers', sa.Column('n', sa.Integer(), nullable=False, server_default='0'))", 0, 0),
        ("op.create_index('ix', 'answers', ['place'], unique=True)", 1, 1),
        ("op.create_table('marks'); op.create_index('ix', 'marks', ['place'], unique=True)", 0, 0),
        (f"{BATCH}alter_column('place', nullable=False)", 1, 0),
        (f"{BATCH}create_index('ix', ['place'], unique=True)", 1, 1),
        ("op.drop_table('answers'); op.create_check_constraint('c', 'drafts', 'beat > 0')", 2, 1),
    ],
)
def test_the_check_finds_everything_that_a_migration_removes(
    body: str, wrong: int, wrong_though_unused: int
) -> None:
    upgrade, older = f"def upgrade() -> None:\n    {body}\n", {"0018", "0019"}
    assert len(asks_too_much(upgrade, older)) == wrong
    assert len(asks_too_much(f"UNUSED_SINCE = '0019'\n{upgrade}", older)) == wrong_though_unused
    assert len(asks_too_much(f"UNUSED_SINCE = '0020'\n{upgrade}", older)) == wrong, "nobody knows it"


def test_every_database_revision_with_a_lower_number_than_another_counts_as_older() -> None:
    step = next((FOLDER / "main").glob("0003_*.py"))
    assert before(step) == {"0001", "0002"}
