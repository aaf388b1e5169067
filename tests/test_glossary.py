"""Test that the glossary lists every database table and every room (folder of code) exactly once. Test that
no word in the glossary has two meanings.
"""

import re
from pathlib import Path

from companion.store.operations.migrations import KEYS, MAIN

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/glossary.md").read_text()
ROW = re.compile(r"^\| (?!---|Word|Room)([^|]+) \|", re.MULTILINE)


def test_the_glossary_explains_every_package_in_domain_store_and_services_exactly_once() -> None:
    rooms = {
        folder.name
        for floor in ("domain", "store", "services")
        for folder in (ROOT / "companion" / floor).iterdir()
        if (folder / "__init__.py").exists() and folder.name != "time"
    }
    section = PAGE.split("\n## Rooms\n")[1].split("\n## ")[0]
    assert rooms | {"the root of each floor"} == set(ROW.findall(section))


def test_the_glossary_lists_every_database_table_exactly_once() -> None:
    tables = {table.name for history in (MAIN, KEYS) for table in history.metadata.sorted_tables}
    named = re.findall(r"`(\w+)`", "".join(re.findall(r"^\|.*\|$", PAGE, re.MULTILINE)))
    assert sorted(named) == sorted(tables)


def test_no_word_in_the_glossary_has_two_meanings() -> None:
    words = [word.strip() for row in ROW.findall(PAGE) for word in row.split(",")]
    assert len(words) == len(set(words)), sorted(each for each in set(words) if words.count(each) > 1)
