"""Test that the checker finds every kind of error, and says on which line it is."""

import ast
import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from companion import content
from companion.domain.activities import schema_errors
from companion.domain.activities.activity import BadActivity, Finding, read
from companion.domain.activities.checker import check, faults
from companion.domain.activities.toml_guard import Lines
from tests.domain.planted import ACCEPTED, ASK, LONG, PLANTED, SOUND, Planted

COMPANION = Path(content.__file__).parents[1]
SENTENCES = tomllib.loads((COMPANION / "content/findings.en.toml").read_text())
TOPICS = [topic.id for topic in content.programme().topics]
IN_A_COMMAND = {"id_in_two_files"}
"""Errors that can be found only by comparing several activity files. Only the command that checks activities
reads several files.
"""
IN_A_POLICY = {"bad_file"}
"""Names of errors in policy files. tests/cli/test_policies.py tests these errors."""
IN_A_PROGRAMME = {"bad_dial", "bad_email", "length_ends", "topic_twice", "site_twice", "version_known"}
"""Names of errors in programme files. tests/content/test_programme.py tests these errors."""


def findings(data: bytes) -> list[Finding]:
    try:
        return check(read(data), TOPICS)
    except BadActivity as bad:
        return list(bad.findings)


def line(data: bytes, finding: Finding) -> int:
    return Lines(data).of(finding.at) if finding.at else int(finding.values.get("line", 1))


def keys_in_the_code() -> Iterator[str]:
    """Yield the key of every error message that the checker can report."""
    for path in COMPANION.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and node.args:
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                first = node.args[0]
                if name in ("Finding", "BadFile", "Misfit") and isinstance(first, ast.Constant):
                    yield first.value
            if isinstance(node, ast.FunctionDef) and node.name.endswith("faults") and "answers" in path.parts:
                lists = [each for each in ast.walk(node) if isinstance(each, ast.List)]
                yield from (key.value for each in lists for key in each.elts if isinstance(key, ast.Constant))


def keys_from_the_schema() -> set[str]:
    return {*schema_errors._KEYS.values(), "unknown_kind"}


def test_the_checker_finds_nothing_wrong_with_a_valid_activity() -> None:
    assert findings(SOUND.encode()) == []


@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: f"{planted.key}-{planted.line}")
def test_each_deliberate_error_is_reported_with_its_prompt_and_line(planted: Planted) -> None:
    found = findings(planted.data)
    assert (planted.key, planted.prompt, planted.line) in [
        (each.key, each.prompt, line(planted.data, each)) for each in found
    ]


def test_every_kind_of_problem_that_the_checker_reports_has_an_example_and_an_explanation() -> None:
    found = {*keys_in_the_code(), *keys_from_the_schema()}
    assert found == SENTENCES.keys()
    assert found - IN_A_COMMAND - IN_A_POLICY - IN_A_PROGRAMME == {planted.key for planted in PLANTED}


@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: f"{planted.key}-{planted.line}")
def test_the_activity_checker_can_refer_to_questions_by_id_or_by_number(planted: Planted) -> None:
    for finding in findings(planted.data):
        names = [name for name in ("to", "asked", "recalled", "over") if name in finding.values]
        numbered = replace(finding, values={**finding.values, **dict.fromkeys(names, "question 3")})
        said = content.explained(numbered)
        for sentence in (said.wrong, said.mend):
            assert sentence[0].isupper() or sentence[0] == "“"
            assert sentence.endswith((".", "…")) and "%(" not in sentence and ".." not in sentence
        assert not names or "question 3" in said.wrong + said.mend
        assert content.explained(numbered, "cy") == said  # there are no Welsh explanations yet


@pytest.mark.parametrize("sentence", [words for each in SENTENCES.values() for words in each.values()])
def test_the_activity_checker_explains_problems_in_short_sentences(sentence: str) -> None:
    for one in re.split(r"(?<=[.?])\s", sentence):
        assert len(one.split()) <= 22
    assert not re.search(r"\b(prompt|branches\b.*\bkey|I|we)\b|!", sentence)


@pytest.mark.parametrize("name", ["", "again"])
def test_an_accepted_warning_is_not_reported_again(name: str) -> None:
    quoted = SOUND.replace(ASK, f'ask = "{LONG}"').replace("This looks at one walk.", LONG)
    prompt = f'prompt = "{name}"\n' if name else ""
    accepted = f'\n[[accepted]]\nwarning = "long_sentence"\n{prompt}reason = "It is a quotation."\n'
    assert [each.prompt for each in findings((quoted + accepted).encode())] == ["again" if not name else ""]


def test_an_error_cannot_be_accepted_like_a_warning() -> None:
    bad = (
        SOUND.replace('to = "seen"', 'to = "sea"')
        + "\n"
        + ACCEPTED.replace("long_sentence", "branch_nowhere")
    )
    keys = [each.key for each in findings(bad.replace('"again"\nreason', '"went"\nreason').encode())]
    assert keys == ["branch_nowhere", "accepts_nothing"]


def test_accepting_a_warning_needs_a_reason() -> None:
    for reason in ("", 'reason = ""'):
        bad = SOUND + "\n" + ACCEPTED.replace('reason = "It is a quotation."', reason)
        assert {each.key for each in findings(bad.encode())} <= {"missing_key", "empty_text"} != set()


def test_an_activitys_topic_is_checked_only_if_a_programme_is_given() -> None:
    other = read(SOUND.replace("control-continuum", "the-weather").encode())
    assert check(other) == []
    assert [each.key for each in check(other, TOPICS)] == ["unknown_topic"]
    accepted = '\n[[accepted]]\nwarning = "unknown_topic"\nreason = "It is for another programme."\n'
    other = read((SOUND.replace("control-continuum", "the-weather") + accepted).encode())
    assert check(other) == check(other, TOPICS) == []


def test_a_warning_does_not_count_as_an_error() -> None:
    activity = read(SOUND.replace(ASK, f'ask = "{LONG}"').encode())
    assert [each.key for each in check(activity)] == ["long_sentence"] and faults(activity) == []
