"""Hypothesis strategies for valid and invalid activities."""

from typing import Any

from hypothesis import strategies as some
from msgspec import inspect

from companion.domain.activities.activity import Activity, from_plain, model
from companion.domain.activities.answers import kinds
from companion.domain.activities.toml_guard import MOST_DIGITS

PIECES = (
    "You can take your time. ", "What helps? ", "Why not? ", "“Tea”", "\n", "\r\n", "\r", "\t", '"', '"""', "'''",
    "\\", "\\n", ". \\", " ", "\u00a0", "\u200b", "\u2028", "\x00", "\x7f", "#", "=", "[[x]]", "{", "🌊", "ŵ", "a" * 90,
)  # fmt: skip
"""Strings that code often escapes incorrectly when it writes a file."""
NAMES = some.sampled_from(["a", "b", "c", "d", "end", "next"])
"""A few prompt ids for random activities.

Use only a few ids, so that random prompts often refer to each other.
"""
FURTHEST = 10**MOST_DIGITS - 1


def activities() -> some.SearchStrategy[Activity]:
    """Return a Hypothesis strategy that generates activities. Most of these activities have errors."""
    return _any(inspect.type_info(model())).map(from_plain)


def activities_of(kind: str) -> some.SearchStrategy[Activity]:
    prompts = some.lists(_any(inspect.type_info(kinds()[kind])), min_size=1, max_size=3)
    return prompts.map(
        lambda prompts: from_plain(
            {"format": 1, "id": "a", "title": "a", "minutes": 1, "introduction": "a", "prompts": prompts}
        )
    )


def _any(kind: inspect.Type) -> some.SearchStrategy[Any]:
    match kind:
        case inspect.StrType():
            return _texts(kind)
        case inspect.IntType():
            least = -FURTHEST if kind.ge is None else kind.ge
            return some.integers(least, FURTHEST if kind.le is None else kind.le)
        case inspect.BoolType():
            return some.booleans()
        case inspect.LiteralType():
            return some.sampled_from(kind.values)
        case inspect.UnionType():
            return some.one_of(*(_any(each) for each in kind.types if not isinstance(each, inspect.NoneType)))
        case inspect.VarTupleType():
            most = min(4, kind.max_length or 4)
            return some.lists(_any(kind.item_type), min_size=kind.min_length or 0, max_size=most)
        case inspect.StructType():
            return _structs(kind)
    raise NotImplementedError(kind)


def _texts(kind: inspect.StrType) -> some.SearchStrategy[str]:
    if kind.pattern:
        return some.from_regex(kind.pattern, fullmatch=True)
    least, most = kind.min_length or 0, kind.max_length or 300
    texts = some.text(max_size=20) | some.lists(some.sampled_from(PIECES), max_size=20).map("".join)
    return texts.filter(lambda text: least <= len(text) <= most)


def _structs(kind: inspect.StructType) -> some.SearchStrategy[dict[str, Any]]:
    always = {kind.tag_field: some.just(kind.tag)} if kind.tag_field else {}
    always |= {field.encode_name: _field(field) for field in kind.fields if field.required}
    perhaps = {field.encode_name: _field(field) for field in kind.fields if not field.required}
    return some.fixed_dictionaries(always, optional=perhaps)


def _field(field: inspect.Field) -> some.SearchStrategy[Any]:
    names = field.encode_name in ("id", "to", "prompt", "recall", "for_each")
    return NAMES | _any(field.type) if names else _any(field.type)
