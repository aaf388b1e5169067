"""Write an activity as a TOML file that people can read and compare."""

import re
from typing import Any

import tomli_w

from companion.domain.activities.activity import Activity, to_plain

WIDE = 100
"""Texts of at least this many characters are written with one sentence on each line."""


def file_name(activity: Activity) -> str:
    """Return the file's name, such as ``warning-signs.toml``, or ``warning-signs.cy.toml`` in Welsh."""
    return f"{activity.id}.toml" if activity.language == "en" else f"{activity.id}.{activity.language}.toml"


def written(activity: Activity) -> bytes:
    """Return an activity as the bytes of a TOML file, without unset fields."""
    plain = to_plain(activity)
    accepted, prompts = plain.pop("accepted", ()), plain["prompts"]
    pieces = [toml_keys({name: value for name, value in plain.items() if name != "prompts" or not value})]
    for prompt in prompts:
        branches, replies = prompt.pop("branches", ()), prompt.pop("replies", ())
        pieces.append("[[prompts]]\n" + toml_keys(prompt))
        pieces += ["[[prompts.replies]]\n" + toml_keys(reply) for reply in replies]
        pieces += ["[[prompts.branches]]\n" + toml_keys(branch) for branch in branches]
    pieces += ["[[accepted]]\n" + toml_keys(each) for each in accepted]
    return "\n".join(pieces).encode()


def toml_keys(table: dict[str, Any]) -> str:
    """Return a TOML table's keys and values, without its heading."""
    return "".join(f"{name} = {_value(value)}\n" for name, value in table.items())


def _value(value: Any) -> str:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, (list, tuple)) and any(isinstance(each, dict) for each in value):
        return "[\n" + "".join(f"    {_inline(each)},\n" for each in value) + "]"
    return _inline(value)


def _inline(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{name} = {_inline(each)}" for name, each in value.items()) + " }"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_inline, value)) + "]"
    return _simple(value)


def _text(text: str) -> str:
    """Format the text as a TOML string, on one line or on several lines ending in backslashes."""
    if "\r" in text or ("\n" not in text and len(text) < WIDE):
        return _simple(text)
    several = _simple(text + "\n", multiline_strings=True).removesuffix('\n"""')
    return re.sub(r"(?<=[.?!] )(?=\S)", r"\\\n", several) + '"""'


def _simple(value: Any, *, multiline_strings: bool = False) -> str:
    return tomli_w.dumps({"x": value}, multiline_strings=multiline_strings)[len("x = ") : -1]
