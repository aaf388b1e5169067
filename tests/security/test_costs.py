"""Test that no input takes quadratic time.

If processing took quadratic time, one long text could block a whole worker process. Each test compares the
processor time for bad input and for plain words.
"""

import ast
import importlib
import re
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import product
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import quote, urlencode

import pytest
from flask import Flask

from companion.web.server.budgets import (
    LARGEST_UNKNOWN,
    LONGEST_ADDRESS,
    MOST_FIELDS,
    MOST_TYPED,
    URL_ENCODED,
)
from tests.fuzz.parsers import PARSERS, Parser
from tests.visitor import Visitor
from tests.web.every_form.places import no_limits, places
from tests.web.every_form.wrong import Fields
from tests.web.filled_forms import EVERY_FORM, Filled

__all__ = ["no_limits", "places"]  # the tests below use these fixtures

ROOT = Path(__file__).parents[2]
SIZE = 300_000
"""The length in bytes of the text that a parser gets."""
RATIO = 40
"""The most time that a hostile text may take, as a multiple of the time for ordinary text.

A quadratic parser takes thousands of times longer for hostile text than for ordinary text.
"""
FLOOR = 0.02
"""The shortest time, in seconds, that we count for ordinary text, because shorter measurements are
unreliable.
"""
PLAIN = "Я пошёл к реке. "
"""Ordinary words with two bytes per character."""
IN_A_FORM = 96_000
"""The length of the text in a form field, in bytes.

Percent-encoding turns each byte into three characters.
"""
IN_A_HEADER = 8_190
"""The longest header that gunicorn accepts, in bytes."""
REPEATED = ("words", "options-label", "answer", "unknown")
LARGEST_PAGE = 2_000_000
"""The maximum size, in bytes, of a page with somebody's text on it."""


def seconds(act: Callable[[], object]) -> float:
    """Return this thread's processor time for the action, in seconds."""
    before = time.thread_time()
    act()
    return time.thread_time() - before


def long(text: str, most: int) -> str:
    """Repeat the string until the text has this many bytes."""
    return (text * (most // len(text.encode()) + 1)).encode()[:most].decode("utf-8", "ignore")


def halves(one: str, other: str, most: int) -> str:
    """Return many copies of ``one``, followed by many copies of ``other``.

    Worst case for Unicode normalisation: every copy of ``other`` has to move in front of every copy of
    ``one``.
    """
    return "a" + long(one, most // 2) + long(other, most // 2)


def worst(most: int) -> dict[str, str]:
    """Return strings of about ``most`` bytes, each chosen to be slow for one of the parsers."""
    return {
        "marks out of order": halves("\u0315", "\u0300", most),
        "marks that take turns": "a" + long("\u0315\u0300", most),
        "marks that are two": "a" + long("\u0f73\u0f71", most),
        "marks after two slashes": "//" + halves("\u0315", "\u0300", most),
        "marks when folded": halves("\u0300", "\uff9e", most),
        "joiners": long("\U0001f469\u200d", most),
        "white space": f"a{long(' ', most)}b",
        "lines": long("\n", most),
        "digits": long("9", most),
        "a number": long("0800 1", most),
        "brackets": long("[", most),
        "quotes": long("\"'\\", most),
        "emphasis": long("*a_ ", most),
        "lists": long("- ", most),
        "tags": long("<a ", most),
        "dots": long("a.", most) + "@",
        "dashes": long("-1", most),
        "percent": long("%", most),
    }


def dearer(than_plain: float, act: Callable[[], object], floor: float = FLOOR) -> bool:
    """Return whether the action takes much longer on hostile text than on ordinary text.

    ``than_plain`` is how many seconds the action takes on ordinary text. A slow action is measured twice, in
    case other work disturbs the first measurement.
    """
    return all(seconds(act) > RATIO * max(than_plain, floor) for _ in range(2))


def given(parser: Parser, text: str) -> list[bytes]:
    """Return the string alone, and a form with the string in every field."""
    names = {name for seed in parser.seeds for name in re.findall(rb"(?:^|&)([a-z_0-9-]+)=", seed)}
    each = len(text) // max(1, len(names))
    form = urlencode([(name.decode(), text[:each]) for name in sorted(names)])
    return [text.encode(), *([form.encode()] if names else [])]


OF_OPERATORS = {"directory": {"dots"}}
"""Hostile texts that we don't try on parsers of operators' files.

``tomllib`` takes quadratic time for a dotted key.
"""

TAKEN = {"text": 8_000}
"""The longest input, in bytes, for each parser that has a limit.

An author's text has at most 2,000 characters of up to four bytes each.
"""


@pytest.mark.parametrize("name", PARSERS)
def test_no_parser_is_much_slower_for_the_worst_input_than_for_normal_input(name: str) -> None:
    parser = PARSERS[name]

    def judge(text: str) -> None:
        for data in given(parser, text):
            parser.judge(data)

    judge("warm")
    most = TAKEN.get(name, SIZE)
    plain = seconds(partial(judge, long(PLAIN, most)))
    texts = {what: text for what, text in worst(most).items() if what not in OF_OPERATORS.get(name, ())}
    assert [what for what, text in texts.items() if dearer(plain, partial(judge, text))] == []


def patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    """Yield every regular expression that is a constant of one of Companion's modules."""
    for path in sorted((ROOT / "companion").rglob("*.py")):
        if "cli" in path.parts or "re." not in (source := path.read_text()):
            continue
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        module = importlib.import_module(name)
        for called, value in vars(module).items():
            if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
                yield f"{name}.{called}", value
        for node in ast.walk(ast.parse(source)):
            match node:
                case ast.Call(
                    func=ast.Attribute(value=ast.Name(id="re"), attr=how),
                    args=[ast.Constant(value=str(text)), *_],
                ):
                    yield f"{name}: re.{how} {text}", re.compile(text)
                case ast.Call(
                    func=ast.Attribute(
                        value=ast.Name(id="re"), attr="fullmatch" | "match" | "search" | "sub"
                    ),
                    args=[ast.Name(id=known), *_],
                ) if known.isupper():
                    yield f"{name}.{known}", re.compile(vars(module)[known])
                case ast.Call(func=ast.Attribute(value=ast.Name(id="re"), attr=how), args=[built, *_]) if (
                    how not in ("escape", "compile")
                ):
                    assert (name, ast.unparse(built)) in BUILT, (
                        "name it at the module, so that it is tried here"
                    )


BITS = ' \na1-_.*"<=é'
BOUNDED = {
    "companion.domain.activities.toml_guard._WORD": "an unclosed quotation mark ends the look; the parser is timed",
    "companion.domain.activities.toml_guard._NAME": "a part of the same",
    "companion.domain.activities.toml_guard._PARTS": "applied to a key alone, which has eight parts",
    "companion.domain.people: re.fullmatch": "an address of mail has 254 characters",
}
"""Regular expressions that are slow on long text, and why none of them ever gets long text."""
BUILT = {
    ("companion.domain.people", "own"): "our own words, in a passphrase of bounded length",
    (
        "companion.domain.signposts.form",
        "f'{name}-[a-z]{{2}}'",
    ): "a field's name and two letters, matched whole",
    (
        "companion.domain.activities.readability",
        "f'\\\\b({words})\\\\b'",
    ): "words with no repeats between them",
    (
        "companion.web.page.flashes",
        "f'<([a-z0-9]+)\\\\b[^<>]* id=\"{re.escape(place)}\"[^<>]*>'",
    ): "a page of ours",
}
"""Regular expressions that aren't module constants, with the reason why each is fast."""


def test_no_regular_expression_takes_quadratic_time() -> None:
    """Try long repetitions of every pair of characters."""
    found, most = dict(patterns()), 3_000
    assert len(found) > 50
    slow = set()
    for name, pattern in found.items():
        plain = seconds(partial(pattern.sub, "", long(PLAIN, most)))
        runs = ["".join(pair) for pair in product(BITS, repeat=2)]
        texts = [f"a{long(run, most)}\x00" for run in runs] + [f"a{long(bit, most)}" for bit in BITS]
        if any(dearer(plain, partial(pattern.sub, "", text), FLOOR / 10) for text in texts):
            slow.add(name)
    assert {name for name in slow if not name.startswith(tuple(BOUNDED))} == set()


MARKS = [name for name in worst(0) if name.startswith("marks")]


@pytest.mark.full
def test_the_worst_input_in_a_form_field_does_not_take_much_longer_than_ordinary_input(
    app: Flask, enter: SimpleNamespace, places: Fields, no_limits: None, request: pytest.FixtureRequest
) -> None:
    """Without ``--full``, the test fills only two fields of each form, each with one string that is slow to
    process.

    ``--full`` tries every slow string in every field, one field at a time.
    """
    texts, full = worst(IN_A_FORM), request.config.getoption("full")
    slow = []

    def meets(form: Filled, field: str, text: str) -> None:
        others = [(other, typed) for other, typed in form.others.items() if other != field]
        reply = form.sends(form.encoded([*others, (field, text)]))
        assert reply.status_code < 500 and len(reply.data) < LARGEST_PAGE, (form.name, field)

    for turn, name in enumerate(EVERY_FORM):
        form, fields = Filled(name, app, enter, places), [*EVERY_FORM[name].right]
        plain = seconds(partial(meets, form, fields[0], long(PLAIN, IN_A_FORM)))
        some = {fields[turn % len(fields)], fields[(turn + 1) % len(fields)]}
        for number, field in enumerate(fields if full else some):
            for what in texts if full else [MARKS[(turn + number) % len(MARKS)]]:
                if dearer(plain, partial(meets, form, field, texts[what])):
                    slow.append((name, field, what))
    assert slow == []


def test_requests_with_the_worst_urls_headers_or_cookies_are_not_much_slower_than_others(app: Flask) -> None:
    visitor = Visitor(app)
    slow = []

    def posts(text: str) -> None:
        for field in ("page", "words", "next"):
            body = urlencode({field: text.encode()[: LARGEST_UNKNOWN // 4].decode("utf-8", "ignore")})
            assert visitor.client.post("/nowhere", data=body, content_type=URL_ENCODED).status_code == 404

    def asks(text: str) -> None:
        short = text[: LONGEST_ADDRESS // 7]
        for path in (f"/help?next={quote(short)}", f"/my/{quote(short)}"):
            visitor.client.get(path)
        visitor.client.get("/", environ_overrides={"PATH_INFO": f"//{short}".encode().decode("latin-1")})
        header = text.encode()[:IN_A_HEADER].decode("latin-1").translate({10: " ", 13: " "})
        for name in ("Cookie", "Accept-Language", "Accept-Encoding", "User-Agent", "X-CSRFToken", "Origin"):
            visitor.client.get("/sign-in", headers={name: header})

    for act in (posts, asks):
        act(PLAIN)
        plain = seconds(partial(act, long(PLAIN, SIZE)))
        slow += [
            (act.__name__, what) for what, text in worst(SIZE).items() if dearer(plain, partial(act, text))
        ]
    assert slow == []


def test_no_page_becomes_too_large_if_a_form_is_sent_with_many_fields(
    app: Flask, enter: SimpleNamespace, places: Fields, no_limits: None, request: pytest.FixtureRequest
) -> None:
    """Send many fields with the same name to a page that repeats the field's text."""
    many, full = MOST_FIELDS - 100, request.config.getoption("full")
    said = '"' * ((MOST_TYPED - 10_000) // many - 15)
    for turn, name in enumerate(EVERY_FORM):
        form = Filled(name, app, enter, places)
        for field in REPEATED if full else [REPEATED[turn % len(REPEATED)]]:
            right = [(other, typed) for other, typed in form.right.items() if other != field]
            reply = form.sends(form.encoded([*right, *[(field, said)] * many]))
            assert reply.status_code < 500 and len(reply.data) < LARGEST_PAGE, (name, field)
