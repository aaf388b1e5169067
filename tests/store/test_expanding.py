"""A migration only adds: the version before goes on working with what it leaves, so that one can be put back."""

import ast
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "migrations"
TAKES_AWAY = {"drop_table", "drop_column", "drop_constraint", "rename_table", "alter_column"}
"""What can take from the version before what it reads or writes."""
ADDS_A_DEMAND = {"create_unique_constraint", "create_check_constraint", "create_foreign_key"}
"""What can refuse a row of the version before."""


def steps() -> list[Path]:
    """Every migration since there is this rule."""
    return [
        path
        for folder, last in (("main", "0020"), ("keys", "k0002"))
        for path in sorted((FOLDER / folder).glob("*.py"))
        if path.name.split("_")[0] > last
    ]


def asks_too_much(source: str) -> list[str]:
    """What ``upgrade`` takes away or newly demands, unless the module says since when it is ``UNUSED_SINCE``."""
    tree = ast.parse(source)
    if any(
        isinstance(each, ast.Assign) and ast.unparse(each.targets[0]) == "UNUSED_SINCE" for each in tree.body
    ):
        return []
    (upgrade,) = (each for each in tree.body if isinstance(each, ast.FunctionDef) and each.name == "upgrade")
    made = {
        ast.literal_eval(call.args[0])
        for call in ast.walk(upgrade)
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "op.create_table"
    }
    return [
        name for call in ast.walk(upgrade) if isinstance(call, ast.Call) and (name := _demand(call, made))
    ]


def _demand(call: ast.Call, made: set[str]) -> str:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    if name in TAKES_AWAY | ADDS_A_DEMAND:
        return name
    if name == "create_index" and "unique=True" in ast.unparse(call):
        return "" if ast.literal_eval(call.args[1]) in made else "a unique index"
    if name == "add_column":
        column = ast.unparse(call)
        return (
            "" if "nullable=True" in column or "server_default=" in column else "a column that must be given"
        )
    return ""


def test_no_migration_takes_away_what_the_version_before_uses() -> None:
    assert {path.name: found for path in steps() if (found := asks_too_much(path.read_text()))} == {}


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ("op.drop_column('answers', 'value')", 1),
        ("op.add_column('answers', sa.Column('mark', sa.String(8), nullable=False))", 1),
        ("op.add_column('answers', sa.Column('mark', sa.String(8), nullable=True))", 0),
        ("op.add_column('answers', sa.Column('n', sa.Integer(), nullable=False, server_default='0'))", 0),
        ("op.create_index('ix', 'answers', ['place'], unique=True)", 1),
        ("op.create_table('marks'); op.create_index('ix', 'marks', ['place'], unique=True)", 0),
        (
            "with op.batch_alter_table('answers') as table:\n        table.alter_column('place', nullable=False)",
            1,
        ),
    ],
)
def test_the_check_finds_it(body: str, wrong: int) -> None:
    assert len(asks_too_much(f"def upgrade() -> None:\n    {body}\n")) == wrong
    assert asks_too_much(f"UNUSED_SINCE = '0019'\ndef upgrade() -> None:\n    {body}\n") == []
