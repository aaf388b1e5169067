"""Test that the performance budgets in docs/budgets.md match the code and the tests."""

import ast
import importlib
import re
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from companion.web.server import budgets

ROOT = Path(__file__).parents[1]
ROW = re.compile(
    r"^\| ([^|`]+) \| ([0-9][0-9,.]*)[^|`]* \| `([\w.]+)\.(\w+)` \| `(tests/[\w/]+\.py)::(\w+)` \|$"
)


class Budget(NamedTuple):
    """A row of the table in ``docs/budgets.md``."""

    what: str
    figure: str
    module: str
    constant: str
    file: str
    test: str


def rows() -> list[str]:
    """Return the rows of the table in ``docs/budgets.md``, without its header."""
    lines = (ROOT / "docs/budgets.md").read_text().splitlines()
    return [line for line in lines if line.startswith("|")][2:]


BUDGETS = [Budget(*found.groups()) for found in map(ROW.match, rows()) if found]


def test_every_row_of_the_performance_budget_table_can_be_parsed() -> None:
    assert len(BUDGETS) == len(rows()) > 9


@pytest.mark.parametrize("budget", BUDGETS, ids=lambda budget: budget.constant)
def test_every_figure_in_the_budget_table_matches_its_constant(budget: Budget) -> None:
    held = getattr(importlib.import_module(budget.module), budget.constant)
    figure = float(budget.figure.replace(",", ""))
    assert (held.total_seconds() if isinstance(held, timedelta) else held) == figure


@pytest.mark.parametrize("budget", BUDGETS, ids=lambda budget: budget.constant)
def test_every_performance_budget_is_used_by_a_test(budget: Budget) -> None:
    tree = ast.parse((ROOT / budget.file).read_text())
    named = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    named |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    tests = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    assert budget.constant in named and budget.test in tests


def test_every_performance_budget_for_a_request_is_in_the_budget_table() -> None:
    tree = ast.parse(Path(budgets.__file__).read_text())
    named = {
        to.id
        for node in tree.body
        if isinstance(node, ast.Assign)
        for to in node.targets
        if isinstance(to, ast.Name)
    }
    held = {name for name in named if isinstance(getattr(budgets, name), int)}
    assert held == {each.constant for each in BUDGETS if each.module == budgets.__name__}
