from pathlib import Path

import pytest

from companion.domain.activities.answers import kinds
from tests.store.stored_names import LISTED, stored_names
from tests.tools import generated


@pytest.mark.parametrize("path", generated.MADE, ids=lambda path: path.name)
def test_generated_files_are_up_to_date(path: Path) -> None:
    assert path.read_text() == generated.MADE[path](), "run: ./manage renew"


@pytest.mark.parametrize("kind", kinds())
def test_the_authoring_guide_says_how_each_kind_of_prompt_is_answered(kind: str) -> None:
    (row,) = [line for line in generated.guide().splitlines() if line.startswith(f"| `{kind}` |")]
    said = [cell.strip() for cell in row.split("|")[2:-1]]
    prompt, asked = kinds()[kind], generated.Prompt
    assert said[0] and bool(said[2]) == (prompt.chosen is not asked.chosen)
    assert bool(said[3]) == (prompt.number is not asked.number)


def test_regenerating_the_list_of_stored_names_does_not_remove_obsolete_names() -> None:
    assert '"gone"' not in generated.names()
    LISTED["roles"].append("gone")
    try:
        assert '"gone"' in generated.names() and "gone" not in stored_names()["roles"]
    finally:
        LISTED["roles"].remove("gone")
