"""Test that the example, tables and lists in ``docs/authoring.md`` are correct."""

import re
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from companion import content
from companion.cli.activities import activities as command
from companion.domain.activities.activity import Accepted, Activity, read
from companion.domain.activities.answers import Branch, Condition, Prompt, kinds
from tests.domain.activities.answers.kinds import prompt

GUIDE = (Path(__file__).parents[2] / "docs/authoring.md").read_text()
EXAMPLE = re.search(r"```toml\n(.*?)```", GUIDE, re.DOTALL)
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")] for line in GUIDE.splitlines() if line[:1] == "|"
]
KINDS = {row[0].strip("`"): row[2:] for row in ROWS if len(row) == 6 and row[0].startswith("`")}
NAMES = [row[0].strip("`") for row in ROWS if len(row) == 2 and row[0].startswith("`")]


def own_settings(kind: type[Prompt]) -> list[str]:
    return [name for name in kind.__struct_fields__ if name not in Prompt.__struct_fields__]


def named(cell: str) -> list[str]:
    """Return the names marked as code in a table cell, except names in brackets."""
    return re.findall(r"`([^`]+)`", re.sub(r"\(.*?\)", "", cell))


def test_the_check_command_prints_the_output_that_the_authoring_guide_shows(tmp_path: Path) -> None:
    assert EXAMPLE
    file = tmp_path / "a-walk.toml"
    file.write_text(EXAMPLE[1])
    done = CliRunner().invoke(command, ["check", str(file)])
    assert done.exit_code == 0
    said = re.search(r"prints:\n\n```\n(.*?)```", GUIDE, re.DOTALL)
    assert said and done.output == said[1].replace("a-walk.toml", str(file))


def test_the_example_in_the_authoring_guide_uses_every_kind_of_branch() -> None:
    assert EXAMPLE
    activity = read(EXAMPLE[1].encode())
    branches = [branch for each in activity.prompts for branch in each.branches]
    assert {"end", "next"} < {branch.to for branch in branches}
    assert Condition() in [branch.when for branch in branches]
    assert any(each.recall for each in activity.prompts) and any(each.for_each for each in activity.prompts)
    assert activity.accepted


def test_the_authoring_guide_lists_every_kind_of_prompt_with_its_settings() -> None:
    assert KINDS.keys() == kinds().keys()
    for name, (settings, *_) in KINDS.items():
        assert named(settings) == own_settings(kinds()[name])


@pytest.mark.parametrize("kind", kinds())
def test_the_authoring_guide_says_what_branches_can_depend_on(
    kind: str,
) -> None:
    example = prompt(kind, **kinds()[kind].example.settings)
    _, chosen, numbers, items = KINDS[kind]
    assert bool(chosen) == bool(example.offers())
    assert bool(numbers) == bool(example.numbers())
    assert bool(items) == bool(example.most_items)


def test_the_authoring_guide_lists_every_key_of_an_activity_and_a_prompt() -> None:
    about, every = len(Activity.__struct_fields__), len(Prompt.__struct_fields__) + 1
    assert NAMES[:about] == list(Activity.__struct_fields__)
    assert set(NAMES[about : about + every]) == {"kind", *Prompt.__struct_fields__}
    prose = GUIDE.partition("**Branches.**")[2]
    for name in (*Branch.__struct_fields__, *Condition.__struct_fields__, *Accepted.__struct_fields__):
        assert f"`{name}`" in prose


def test_the_authoring_guide_quotes_the_checkers_findings_exactly() -> None:
    sentences = tomllib.loads((Path(content.__file__).parent / "findings.en.toml").read_text())
    told = {row[0].strip("`"): row[1] for row in ROWS if len(row) == 2 and row[0].strip("`") in sentences}
    assert told == {key: re.sub(r"%\(\w+\)s", "…", each["wrong"]) for key, each in sentences.items()}


def test_the_authoring_guide_lists_every_command() -> None:
    assert {
        name.split()[0] for name in NAMES if name.split()[0] in command.commands
    } == command.commands.keys()
