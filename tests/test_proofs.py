"""Test that docs/proofs.md names existing tests for every threat."""

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROW = re.compile(r"^\| (\d+) \|.*\| (`tests/.*`) \|$", re.MULTILINE)
THREATS = {*range(1, 21)}


@cache
def defined_in(file: str) -> set[str]:
    tree = ast.parse((ROOT / file).read_text())
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_the_proofs_page_lists_existing_tests_for_every_threat() -> None:
    rows = ROW.findall((ROOT / "docs/proofs.md").read_text())
    named = [name for _, tests in rows for name in re.findall(r"`([^`]+)`", tests)]
    assert {int(number) for number, _ in rows} == THREATS
    missing = [name for name in named if name.split("::")[1] not in defined_in(name.split("::")[0])]
    assert len(named) > 50 and missing == []
