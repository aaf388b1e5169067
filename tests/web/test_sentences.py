"""Test that every error key in the code has a message."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CODE = "\n".join(path.read_text() for path in (ROOT / "companion").rglob("*.py"))
PROBLEMS = "\n".join(path.read_text() for path in (ROOT / "templates/components").glob("problems*.html"))
REASONS = (ROOT / "templates/errors/error.html").read_text()


def keys(pattern: str) -> list[str]:
    found = sorted(set(re.findall(pattern, CODE)))
    assert found
    return found


@pytest.mark.parametrize("key", keys(r'Problem\(\s*"(\w+)"'))
def test_there_is_a_message_for_every_error_key(key: str) -> None:
    assert f'key == "{key}"' in PROBLEMS


@pytest.mark.parametrize("key", keys(r'Problem\(\s*"(\w+\.\w+)"'))
def test_each_kind_of_question_has_its_error_messages_in_its_template(
    key: str,
) -> None:
    kind = (ROOT / f"templates/answers/{key.partition('.')[0]}.html").read_text()
    assert f'problem.key == "{key}"' in kind


@pytest.mark.parametrize("key", keys(r'NotAllowed\("(\w+)"\)'))
def test_every_refusal_has_a_reason_that_people_can_read(key: str) -> None:
    assert f'"{key}": _(' in REASONS


@pytest.mark.parametrize("key", sorted(set(re.findall(r'key == "(\w+)"', PROBLEMS))))
def test_every_error_message_is_used(key: str) -> None:
    assert f'"{key}"' in CODE
