"""Why plain data is no activity: what msgspec says of it, as keys and values that an author can act on."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from msgspec import inspect

from companion.domain.activities.toml_guard import At
from companion.domain.text import without_hidden, without_turning

SHOWN_MOST = 60
"""Characters of what an author wrote that a value repeats."""

_SAID = (
    (r"Object contains unknown field `(?P<name>.*)`", "unknown_key"),
    (r"Object missing required field `(?P<name>.*)`", "missing_key"),
    (r"Expected `str(?: \| null)?`, got `\w+`", "wants_text"),
    (r"Expected `int(?: \| null)?`, got `\w+`", "wants_number"),
    (r"Expected `bool(?: \| null)?`, got `\w+`", "wants_true_or_false"),
    (r"Expected `array(?: \| null)?`, got `\w+`", "wants_list"),
    (r"Expected `object(?: \| null)?`, got `\w+`", "wants_table"),
    (r"Expected `str` of length >= 1", "empty_text"),
    (r"Expected `str` of length <= (?P<most>\d+)", "text_too_long"),
    (r"Expected `str` matching regex '\^\[a-z\]\[a-z0-9-\]\{0,39\}\$'", "bad_id"),
    (r"Expected `str` matching regex '\^\[a-z\]\{2\}\$'", "bad_language"),
    (r"Expected `str` matching regex '\^\\+.*'", "bad_dial"),
    (r"Expected `str` matching regex '.*@.*'", "bad_email"),
    (r"Expected `array` of length >= (?P<least>\d+)", "too_few"),
    (r"Expected `array` of length <= (?P<most>\d+)", "too_many"),
    (r"Expected `int` >= (?P<least>-?\d+)", "number_too_low"),
    (r"Expected `int` <= (?P<most>-?\d+)", "number_too_high"),
    (r"Invalid (?:enum )?value .*", "unknown_value"),
)
"""What msgspec says, and the key that it becomes. Whatever else it says is handed on in its own words."""
TAG = "kind"
"""The key that says which kind of prompt it is."""


@dataclass(frozen=True)
class Misfit:
    """Where plain data is not as the model wants it: a message key and its values."""

    key: str
    at: At
    values: dict[str, str | int]


def misfits(
    plain: Any, model: type[msgspec.Struct], sound: Mapping[str, Any], *lists: str
) -> Iterator[Misfit]:
    """The first misfit outside these lists of tables, and the first one of each of their tables.

    ``sound`` is plain data that the model takes; a table is tried in the place of its list there.
    """
    tables = plain if isinstance(plain, dict) else {}
    found = {name: tables[name] for name in lists if isinstance(tables.get(name), (list, tuple))}
    yield from _first({**plain, **{name: sound[name] for name in found}} if found else plain, model)
    for name, items in found.items():
        together = list(_first({**sound, name: items}, model))
        if [each.at for each in together] == [(name,)]:
            yield from together
            continue
        for place, item in enumerate(items):
            for each in _first({**sound, name: [item]}, model):
                yield Misfit(each.key, (name, place, *each.at[2:]), each.values)


def _first(plain: Any, model: type[msgspec.Struct]) -> Iterator[Misfit]:
    try:
        msgspec.convert(plain, type=model)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        yield _misfit(str(error), plain, model)


def _misfit(error: str, plain: Any, model: type[msgspec.Struct]) -> Misfit:
    said, _, path = error.rpartition(" - at `$")
    at = tuple(int(index) if index else name for index, name in re.findall(r"\[(\d+)\]|\.(\w+)", path))
    for pattern, key in _SAID:
        match = re.fullmatch(pattern, said or error, re.DOTALL)
        if match and (at or "name" in match.groupdict()):
            return _told(key, at, match.groupdict(), *_look(at, plain, model))
    return Misfit("bad_file", at, {"error": error[:200]})


def _told(key: str, at: At, said: dict[str, str], kind: inspect.Type, value: Any) -> Misfit:
    own = [step for step in at if isinstance(step, str)][-1:]
    values: dict[str, str | int] = {"name": clipped(said.get("name", "".join(own)))}
    values |= {name: int(said[name]) for name in ("least", "most") if name in said}
    if key == "unknown_key":
        at = (*at, said["name"])
    if key == "unknown_value":
        values["value"] = clipped(str(value))
        key = "unknown_kind" if own == [TAG] else key
    if key.startswith("unknown"):
        values["known"] = ", ".join(_known(kind))
    return Misfit(key, at, values)


def _look(at: At, plain: Any, model: type[msgspec.Struct]) -> tuple[inspect.Type, Any]:
    """What the model wants there, and what stands there."""
    kind: inspect.Type = inspect.type_info(model)
    for step in at:
        try:
            plain = plain[step]
        except (LookupError, TypeError):  # a key can be named so that the error seems to name a place
            break
        if isinstance(kind, inspect.VarTupleType):
            kind = kind.item_type
        elif isinstance(kind, inspect.StructType):
            kind = next((field.type for field in kind.fields if field.encode_name == step), kind)
        if isinstance(kind, inspect.UnionType) and isinstance(plain, dict):
            tagged = [each for each in kind.types if isinstance(each, inspect.StructType)]
            kind = next((each for each in tagged if each.tag == plain.get(TAG)), kind)
    return kind, plain


def _known(kind: inspect.Type) -> list[str]:
    """The keys or values that can stand there."""
    match kind:
        case inspect.StructType():
            return [*([TAG] if kind.tag else []), *(field.encode_name for field in kind.fields)]
        case inspect.LiteralType():
            return [str(value) for value in kind.values]
        case inspect.EnumType():
            return [str(each.value) for each in kind.cls]
        case inspect.UnionType():
            structs = [str(each.tag) for each in kind.types if isinstance(each, inspect.StructType)]
            return structs or [value for each in kind.types for value in _known(each)]
    return []


def unreadable(plain: Any) -> Iterator[Misfit]:
    """Every text in plain data that holds what nobody can see, or nothing else."""
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
    """The beginning of what an author wrote, for a value that repeats it."""
    return text if len(text) <= SHOWN_MOST else f"{text[:SHOWN_MOST]}…"
