"""Refuse TOML files that are dangerous to parse, and find the line numbers of errors in TOML files.

Activities, programmes and policies are TOML files.

Python's ``tomllib`` doesn't limit the size or the nesting of a TOML file. Parsing a dotted key takes
quadratic time (0.6 s for 8,000 parts). Deeply nested brackets exhaust the stack, and very long numbers raise
an unexpected error.
"""

import re
import tomllib
from bisect import bisect
from typing import Any

LARGEST_FILE = 200_000
"""The largest accepted file size, in bytes."""
DEEPEST = 16
"""The deepest accepted nesting of brackets."""
MOST_PARTS = 8
"""The maximum number of parts in a dotted key."""
MOST_DIGITS = 18
"""The maximum number of digits in a number, so that the number fits in 64 bits."""

At = tuple[str | int, ...]
"""A path in plain data, such as ``("prompts", 2, "ask")``.

In the path to a TOML value, numbers are list positions, starting at 0.
"""

_STRING = r"""(?:"(?!"")(?:[^\\"\n]|\\[^\n])*+"|'(?!'')[^'\n]*+')"""
_TEXT = r"""(?:\"{3}(?:[^\\"]|\\.|"(?!""))*+"{3,5}|'{3}(?:[^']|'(?!''))*+'{3,5})"""
"""A pattern for a multi-line string."""
_PART = rf"""(?:{_STRING}|[^\s"'\#\[\]{{}}=,.]++)"""
_COMMENT = r"\#[^\n]*+"
_NAME = re.compile(rf"{_PART}(?:[ \t]*+\.[ \t]*+{_PART})*+")
"""A pattern for a complete TOML key. The pattern also matches values without quotes, such as numbers."""
_PARTS = re.compile(_PART)
_LONG_NUMBER = re.compile(rf"[+-]?\d\w{{{MOST_DIGITS},}}")
_WORD = re.compile(
    rf"(?P<text>{_TEXT})|(?P<name>{_NAME.pattern})|(?P<unclosed>[\"'])"
    rf"|(?P<opens>[\[{{])|(?P<closes>[\]}}])|(?:[\s=,.]|{_COMMENT})++",
    re.DOTALL,
)
_BETWEEN = re.compile(rf"(?:[ \t\n,=]|{_COMMENT})*+")
_SIMPLE = re.compile(rf"{_TEXT}|{_STRING}|[^\n,\]}}\#]++", re.DOTALL)
"""A pattern for a simple value, such as a string or a number."""
_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")


class BadFile(Exception):
    """Raised if a TOML file isn't acceptable. ``values`` contains the values for the error message, such
    as the line number if it is known.
    """

    def __init__(self, key: str, **values: str | int) -> None:
        super().__init__(f"{key} {values}")
        self.key = key
        self.values = values


def parse(data: bytes) -> dict[str, Any]:
    """Return the plain data in a TOML file. Raise only ``BadFile`` for a bad file, never another error."""
    text = decoded(data)
    last_line = _guard(text)
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        place = _PLACE.search(str(error))
        line = int(place[1]) if place and place[1] else last_line
        raise BadFile("bad_syntax", error=_PLACE.sub("", str(error))[:200], line=line) from error


def decoded(data: bytes) -> str:
    r"""Return the file's text with ``\n`` line endings.

    Raise ``BadFile`` if the file is too large or isn't UTF-8.
    """
    if len(data) > LARGEST_FILE:
        raise BadFile("file_too_large", most=LARGEST_FILE)
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise BadFile("not_utf8", line=error.object[: error.start].count(b"\n") + 1) from error


def _guard(text: str) -> int:
    """Scan the text for anything dangerous to parse. Return the number of the last line scanned.

    Raise ``BadFile`` if a key has too many parts, a number is too long or brackets are nested too deeply.
    """
    depth, place = 0, 0
    for match in _WORD.finditer(text):
        kind = match.lastgroup
        if kind == "name" and len(match[0]) > 2 * MOST_PARTS:
            parts = _PARTS.findall(match[0])
            if len(parts) > MOST_PARTS:
                raise BadFile("key_too_long", most=MOST_PARTS, line=_line(text, match.start()))
            if any(map(_LONG_NUMBER.match, parts)):
                raise BadFile("number_too_long", most=MOST_DIGITS, line=_line(text, match.start()))
        elif kind in ("opens", "closes"):
            depth += 1 if kind == "opens" else -1
            if depth > DEEPEST:
                raise BadFile("too_deep", most=DEEPEST, line=_line(text, match.start()))
        if kind:
            place = match.start()
        if kind == "unclosed":
            break
    return _line(text, place)


def _line(text: str, place: int) -> int:
    return text.count("\n", 0, place) + 1


class Lines:
    """The line numbers of all values in a file that ``parse`` has accepted."""

    def __init__(self, data: bytes) -> None:
        self._text = decoded(data)
        self._ends = [match.start() for match in re.finditer("\n", self._text)]
        self._place = 0
        self._last: dict[At, int] = {}
        """How far each TOML array of tables has been read: the index of its latest table."""
        self._found: dict[At, int] = {}
        table: At = ()
        while self._skip() < len(self._text):
            if self._text[self._place] == "[":
                table = self._header()
            else:
                self._pair(table)

    def of(self, at: At) -> int:
        """Return the line number of the value at this path. If a value's line number isn't known, return the
        line number of the enclosing value.
        """
        while at and at not in self._found:
            at = at[:-1]
        return bisect(self._ends, self._found.get(at, 0)) + 1

    def _skip(self, what: re.Pattern[str] = _BETWEEN) -> int:
        """At the current position, match the pattern ``what`` and move past the matched text. Return the new
        position, directly after the matching text.
        """
        match = what.match(self._text, self._place)
        self._place = match.end() if match else len(self._text)
        return self._place

    def _names(self) -> list[str]:
        start = self._place
        key = self._text[start : self._skip(_NAME)]
        return [part.strip("\"'") for part in _PARTS.findall(key)]

    def _header(self) -> At:
        start = self._place
        brackets = 2 if self._text.startswith("[[", start) else 1
        self._place += brackets
        self._skip()
        *above, name = self._names()
        at: At = ()
        for part in above:
            at = (*at, part)
            at = (*at, self._last[at]) if at in self._last else at
        at = (*at, name)
        if brackets == 2:
            self._last[at] = self._last.get(at, -1) + 1
            at = (*at, self._last[at])
        self._found.setdefault(at, start)
        self._skip()
        self._place += brackets
        return at

    def _pair(self, at: At) -> None:
        start = self._place
        for name in self._names():
            at = (*at, name)
            self._found.setdefault(at, start)
        self._skip()
        self._value(at)

    def _value(self, at: At) -> None:
        opens = self._text[self._place]
        if opens not in "[{":
            self._skip(_SIMPLE)
            return
        self._place += 1
        count = 0
        while self._text[self._skip()] not in "]}":
            if opens == "{":
                self._pair(at)
                continue
            if self._text[self._place] in "[{":
                self._found[*at, count] = self._place
            self._value((*at, count))
            count += 1
        self._place += 1
