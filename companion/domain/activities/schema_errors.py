"""Find errors in plain data that doesn't match a model's schema."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import msgspec

from companion.domain.activities.toml_guard import At
from companion.domain.text import without_hidden, without_turning

SHOWN_MOST = 60
"""The maximum number of characters that an error message quotes from an author's text."""
MISFITS_MOST = 200
"""The maximum number of errors to report for a file. Even a small file can contain thousands of errors."""
TAG = "kind"
"""The key in a prompt's data that names the kind of prompt."""

_KEYS = {
    "additionalProperties": "unknown_key",
    "required": "missing_key",
    "enum": "unknown_value",
    "minLength": "empty_text",
    "maxLength": "text_too_long",
    "minItems": "too_few",
    "maxItems": "too_many",
    "minimum": "number_too_low",
    "maximum": "number_too_high",
    "type: string": "wants_text",
    "type: integer": "wants_number",
    "type: boolean": "wants_true_or_false",
    "type: array": "wants_list",
    "type: object": "wants_table",
    r"pattern: ^[a-z][a-z0-9-]{0,39}$": "bad_id",
    r"pattern: ^[a-z]{2}$": "bad_language",
    r"pattern: ^\+[0-9]{7,15}$": "bad_dial",
    r"pattern: ^[^@\s]+@[^@\s]+$": "bad_email",
}
"""The message key for each JSON Schema keyword, or for a keyword and its value."""
_BOUNDS = {
    "minItems": "least",
    "minimum": "least",
    "maxLength": "most",
    "maxItems": "most",
    "maximum": "most",
}


@dataclass(frozen=True)
class Misfit:
    """An error as plain values: a path, a message key and the values for the message."""

    key: str
    at: At
    values: dict[str, str | int]


def misfits(plain: Any, model: type[msgspec.Struct]) -> list[Misfit]:
    """Check plain data against the model's schema, and return at most ``MISFITS_MOST`` errors. If the data is
    nested too deeply to check, return an empty list.
    """
    # importing takes 0.1 s and 15 MB, and only files with errors need it
    from companion.domain.activities.schema_validator import validator

    try:
        errors = validator(model).iter_errors(plain)
        return list(islice((each for error in errors for each in _misfits(error)), MISFITS_MOST))
    except RecursionError:  # an error message includes the data, which may be deeply nested
        return []


def _misfits(error: Any) -> Iterator[Misfit]:
    """Convert a jsonschema error to Companion's own errors. Every unknown key gets its own error."""
    at: At = tuple(error.absolute_path)
    if error.validator == "additionalProperties":
        known = error.schema["properties"]
        for name in (each for each in map(str, error.instance) if each not in known):
            yield Misfit("unknown_key", (*at, name), {"name": clipped(name), "known": ", ".join(known)})
        return
    name = next((clipped(step) for step in reversed(at) if isinstance(step, str)), "")
    yield _misfit(error, at, error.message if error.validator == "required" else name)


def _misfit(error: Any, at: At, name: str) -> Misfit:
    keyword, wanted = error.validator, error.validator_value
    key = _KEYS.get(keyword) or _KEYS.get(f"{keyword}: {wanted}")
    if not key or not name:
        said = f"“{name}” has to match {wanted}" if keyword == "pattern" else clipped(error.message)
        return Misfit("bad_file", at, {"error": said})
    values: dict[str, str | int] = {"name": name}
    if keyword in _BOUNDS:
        values[_BOUNDS[keyword]] = wanted
    if keyword == "enum":
        values |= {"value": clipped(str(error.instance)), "known": ", ".join(map(str, wanted))}
        key = "unknown_kind" if at[-1] == TAG else key
    return Misfit(key, at, values)


def unreadable(plain: Any) -> Iterator[Misfit]:
    """Yield an error for each string with hidden characters or without any visible character."""
    for at, text in _strings(plain):
        values: dict[str, str | int] = {"name": next(each for each in reversed(at) if isinstance(each, str))}
        if without_turning(without_hidden(text)) != text:
            yield Misfit("hidden_characters", at, values)
        elif not any(unicodedata.category(c) not in {"Cc", "Cf", "Zs"} for c in text):
            yield Misfit("empty_text", at, values)


def _strings(plain: Any, at: At = ()) -> Iterator[tuple[At, str]]:
    if isinstance(plain, str):
        yield at, plain
    elif isinstance(plain, dict):
        for name, value in plain.items():
            yield from _strings(value, (*at, name))
    elif isinstance(plain, (list, tuple)):
        for place, value in enumerate(plain):
            yield from _strings(value, (*at, place))


def clipped(text: str) -> str:
    """Return an author's text, shortened for an error message."""
    return text if len(text) <= SHOWN_MOST else f"{text[:SHOWN_MOST]}…"
