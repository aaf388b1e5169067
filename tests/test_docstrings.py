"""Test that docstrings and comments contain no wording that sounds translated."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FORMS = {
    "say “again” or “new”": r"\banew\b",
    "say “at the same time”, or nothing": r"\bmeanwhile\b",
    "say “is”": r"\b(stands|stood)\b(?! for\b)|\b(lies|lain)\b",
    "say “continues”": r"\b(go|goes|went|gone|going) on\b",
    "say “if”": r"\bwhere (there (is|are|was|were|has)|nobody|nothing|none|it (can|is not|isn't|has))\b|"
    r"\b(None|nothing|empty|also|even|only|but|except) where (it|he|they|that|this|an?|one)\b",
    "name the one who acts": r"(^|(?<=[.;:] ))Who (is|has|was|leaves|comes|asks|sends|types|waits|gets) ",
    "name the thing": r"(^|(?<=[.;:] ))What (is|was|somebody|who) (given|typed|sent|done|kept|said) "
    r"(to|of|by|with|where)\b",
    "say “the person who”": r"\b(for|of|to|by|from|with|than) who (is|has|was|can|may|comes|leaves|asks)\b",
}
"""Advice on wording that sounds translated."""
READS_SO = {
    "for who is there": "say “the person who”",
    "None where nobody answers.": "say “if”",
    "Where it stands.": "say “is”",
    "Who leaves waits two seconds at most.": "name the one who acts",
    "What is given where this field is wrong.": "name the thing",
    "Sealed anew.": "say “again” or “new”",
}


def prose(source: str) -> Iterator[tuple[int, str]]:
    """Yield every docstring and comment with the line number."""
    for node in ast.walk(ast.parse(source)):
        for each in getattr(node, "body", []) if isinstance(getattr(node, "body", None), list) else []:
            if isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant):
                yield each.lineno, " ".join(str(each.value.value).split())
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string.lstrip("# ")


def amiss(text: str) -> list[str]:
    """Return a correction for each phrase that sounds translated."""
    return [what for what, form in FORMS.items() if re.search(form, text)]


@pytest.mark.parametrize("floor", ["companion", "migrations", "tests"])
def test_docstrings_and_comments_contain_nothing_that_reads_as_if_translated(floor: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}: {what}: {text[:90]}"
        for path in sorted((ROOT / floor).rglob("*.py"))
        if path != Path(__file__)
        for line, text in prose(path.read_text())
        for what in amiss(text)
    ]
    assert found == []


@pytest.mark.parametrize("text", READS_SO)
def test_the_check_finds_wording_that_reads_as_if_translated(text: str) -> None:
    assert READS_SO[text] in amiss(text)
