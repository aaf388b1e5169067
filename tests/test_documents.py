"""Test that ``docs/asvs.md`` lists every ASVS requirement exactly once. Every file, test and link named in a
document must exist.
"""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
LEVEL_1 = """
1.2.1-5 1.3.1-2 1.5.1 2.1.1 2.2.1-2 2.3.1 3.2.1-2 3.3.1 3.4.1-2 3.5.1-3 4.1.1 4.4.1 5.2.1-2 5.3.1-2 6.1.1 6.2.1-8
6.3.1-2 6.4.1-2 7.2.1-4 7.4.1-2 8.1.1 8.2.1-2 8.3.1 9.1.1-3 9.2.1 10.4.1-5 11.3.1-2 11.4.1 12.1.1 12.2.1-2 13.4.1
14.2.1 14.3.1 15.1.1 15.2.1 15.3.1
"""
LEVEL_2 = """
1.1.1-2 1.2.6-9 1.3.3-11 1.4.1-3 1.5.2 2.1.2-3 2.2.3 2.3.2-4 2.4.1 3.3.2-4 3.4.3-6 3.5.4-5 3.7.1-2 4.1.2-3 4.2.1
4.3.1-2 4.4.2-4 5.1.1 5.2.3 5.4.1-3 6.1.2-3 6.2.9-12 6.3.3-4 6.4.3-4 6.5.1-5 6.6.1-3 6.8.1-4 7.1.1-3 7.3.1-2 7.4.3-5
7.5.1-2 7.6.1-2 8.1.2 8.2.3 8.4.1 9.2.2-4 10.1.1-2 10.2.1-2 10.3.1-4 10.4.6-11 10.5.1-5 10.6.1-2 10.7.1-3 11.1.1-2
11.2.1-3 11.3.3 11.4.2-4 11.5.1 11.6.1 12.1.2-3 12.3.1-4 13.1.1 13.2.1-5 13.3.1-2 13.4.2-5 14.1.1-2 14.2.2-4 14.3.2-3
15.1.2-3 15.2.2-3 15.3.2-7 16.1.1 16.2.1-5 16.3.1-4 16.4.1-3 16.5.1-3 17.1.1 17.2.1-4 17.3.1-2
"""
"""The numbers of the level-2 requirements in OWASP ASVS 5.0.0."""
ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| ([12]) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
NAMED = re.compile(r"`((?:[\w.-]+/)+[\w.-]+\.\w+|manage|requirements\.txt)(?:::(\w+))?`")
OUTSIDE = {
    *("subprocess", "multiprocessing", "pty", "urllib.request", "http.client", "ftplib", "xmlrpc"),
    *("requests", "httpx", "urllib3", "pickle", "marshal", "shelve"),
}


def numbers(ranges: str) -> list[str]:
    """Return all numbers in these ranges. For example, the range ``1.2.1-3`` stands for 1.2.1, 1.2.2 and
    1.2.3.
    """
    every = []
    for each in ranges.split():
        section, _, last = each.rpartition(".")
        first, _, to = last.partition("-")
        every += [f"{section}.{number}" for number in range(int(first), int(to or first) + 1)]
    return every


def answers() -> list[tuple[str, str, str, str, str]]:
    return ROW.findall((ROOT / "docs" / "asvs.md").read_text())


def test_the_asvs_document_lists_every_requirement_exactly_once() -> None:
    rows = answers()
    for level, ranges, count in (("1", LEVEL_1, 70), ("2", LEVEL_2, 183)):
        assert [row[0] for row in rows if row[1] == level] == numbers(ranges)
        assert len(numbers(ranges)) == count
    assert len(re.findall(r"^\| \d", (ROOT / "docs" / "asvs.md").read_text(), re.MULTILINE)) == 253


def test_every_asvs_requirement_is_met_or_has_a_stated_reason() -> None:
    for number, _, _, answer, why in answers():
        assert answer in ("met", "not applicable", "open"), number
        assert answer != "met" or NAMED.search(why), f"{number} is met where?"
        assert len(why) > 5, number


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_file_and_test_and_link_that_a_document_mentions_exists(document: Path) -> None:
    text = document.read_text()
    for path, test in NAMED.findall(text):
        found = next((top / path for top in (ROOT, ROOT / "companion") if (top / path).is_file()), None)
        if found is None:
            assert path.split("/")[0] in NOT_OURS, f"{document.name} names {path}"
            continue
        assert not test or re.search(rf"^\s*def {test}\(", found.read_text(), re.MULTILINE), f"{path}::{test}"
    for link in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text):
        assert link.startswith("https:") or (document.parent / link).exists(), (
            f"{document.name} links to {link}"
        )


NOT_OURS = {"data", "data-keys", "secrets", "help", "erasures"}
"""The folders in COMPANION_HOME that operations.md explains."""


def test_the_portal_starts_no_processes_and_opens_no_urls() -> None:
    found = {
        (path.name, name)
        for path in (ROOT / "companion").rglob("*.py")
        for name in imported(ast.parse(path.read_text()))
        if name in OUTSIDE or (name == "smtplib" and path.name != "mail.py")
    }
    assert found == set()


def imported(tree: ast.Module) -> set[str]:
    """Return the imported modules and all packages that contain imported modules."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names | {name.split(".")[0] for name in names}
