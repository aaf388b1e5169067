"""Test that the texts contain no phrases that a native speaker would never use."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from companion.cli.translations import ROOT, calls, templates
from companion.translations import CONTENT

COMMANDS = (*sorted((ROOT / "companion/cli").rglob("*.py")), ROOT / "manage")
PROXY_PAGES = sorted((ROOT / "docs/deploy/nginx/pages").glob("*.html"))


class Rule(NamedTuple):
    """A forbidden pattern, with a matching and a non-matching example."""

    pattern: str
    found: str
    kept: str


RULES = {
    "again": Rule(r"\b[Aa]new\b", "Sign in anew.", "Sign in again."),
    "who": Rule(r"\b[Ww]hom(ever)?\b", "Whom you can call", "Who you can call"),
    "since": Rule(r"\b[Mm]eanwhile\b", "It was changed meanwhile.", "Somebody has changed it since."),
    "don't have to": Rule(r"\bneed not\b", "You need not answer.", "You don't need to answer."),
    "is": Rule(
        r"\b([Ss]tands?|[Ss]tood)\b", "It stands in your plan now.", "Standing up and leaving the room"
    ),
    "is there": Rule(r"\blies\b", "The key lies in this file.", "If I lie awake"),
    "correct": Rule(r"\b[Mm]end(s|ed|ing)?\b", "It has to be mended.", "It is recommended."),
    "call": Rule(r"\b([Rr]ing(s|ing)?|[Rr]ang)\b", "I ring a friend.", "I bring a friend."),
    "continue": Rule(r"\b(go|goes|going|went) on\b(?!\?)", "Work goes on.", "What is going on?"),
    "work": Rule(r"\bpieces? of work\b", "A piece of work", "A piece of paper"),
    "send": Rule(r"\bhand(s|ed|ing)?( (it|them|this))? in\b", "What you handed in", "You hand over"),
    "email": Rule(r"\b[Ee]-mails?\b", "an e-mail", "an email"),
    "they": Rule(r"\b([Hh]e|[Hh]im|[Hh]is|[Hh]imself)\b", "He sees it in his list.", "This is theirs."),
    "anyway": Rule(r"\ball the same\b", "Add it all the same.", "All of it is the same."),
    "no longer": Rule(r"\bno more\.|\bany more then\b", "The question is asked no more.", "No more is sent."),
    "none of": Rule(r"\bnobody of\b", "If nobody of you asked", "If none of you asked"),
    "even": Rule(r"\balso (when|if)\b", "He stays, also when it changes.", "You can also call."),
    "if possible": Rule(
        r"\b[Ww]here (that|this|it) is possible\b", "where it is possible", "where it is kept"
    ),
    "moves with it": Rule(r"\bmoves? along\b", "The group moves along.", "Work moves with it."),
    "the thing that is meant": Rule(
        r"(^|[.:] )(What|Who) (is|are|was|were|has|had) [^.?:“]*\.(\s|$)",
        "What is saved is safe.",
        "What is one thing that you will do?",
    ),
}
"""The forbidden patterns, keyed by the wording to use instead."""
SAID_OF_THINGS = frozenset({"anyway", "continue", "the thing that is meant"})
"""Rules that apply to pages but not to activities."""


@cache
def on_pages() -> list[tuple[str, str]]:
    """Return every English message on pages, with the file that contains the message."""
    return [
        (f"{top}/{file}", one)
        for top in ("templates", "companion")
        for file, _line, message, _comments, _context in calls(ROOT / top)
        for one in ([message] if isinstance(message, str) else message)
        if one
    ]


@cache
def shipped() -> list[str]:
    """Return all the English wording of shipped content."""
    return [str(message.id) for message in templates()[CONTENT] if message.id]


def _command(node: ast.AST) -> bool:
    return any("command" in ast.unparse(each) for each in getattr(node, "decorator_list", []))


def printed(file: Path) -> Iterator[str]:
    """Yield every string that a command can print, including docstrings printed as help."""
    tree = ast.parse(file.read_text())
    bodies = [node for node in ast.walk(tree) if isinstance(getattr(node, "body", None), list)]
    left_out = {
        id(each.value)
        for node in bodies
        if not _command(node)
        for each in node.body
        if isinstance(each, ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(each.value) if isinstance(each, ast.Constant) else "…" for each in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in left_out:
            yield node.value


@pytest.mark.parametrize("instead", RULES)
def test_no_page_uses_a_forbidden_phrase(instead: str) -> None:
    pattern = RULES[instead].pattern
    assert [said for said in on_pages() if re.search(pattern, said[1])] == []


@pytest.mark.parametrize(
    "instead", sorted(RULES.keys() - SAID_OF_THINGS - {"call"})
)  # the activities are currently being edited
def test_no_shipped_content_uses_a_forbidden_phrase(instead: str) -> None:
    assert [text for text in shipped() if re.search(RULES[instead].pattern, text)] == []


@pytest.mark.parametrize("instead", RULES)
def test_no_forbidden_phrase_is_used_in_commands_or_on_the_proxys_error_pages(instead: str) -> None:
    files = [file for file in COMMANDS if instead != "they" or "demo" not in file.parts]
    said = [text for file in files for text in printed(file)] + [page.read_text() for page in PROXY_PAGES]
    assert [text for text in said if re.search(RULES[instead].pattern, text)] == []


def test_a_demo_text_about_a_participants_friend_may_contain_the_pronoun_him() -> None:
    assert "I see him on Tuesdays" in list(printed(ROOT / "companion/cli/demo/plan.py"))


@pytest.mark.parametrize("instead", RULES)
def test_each_forbidden_pattern_matches_its_bad_example_but_not_its_good_example(instead: str) -> None:
    rule = RULES[instead]
    assert re.search(rule.pattern, rule.found) and not re.search(rule.pattern, rule.kept)
