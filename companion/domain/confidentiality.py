"""The confidentiality statement: a versioned text that is read and acknowledged before joining."""

import tomllib
from typing import Annotated

import msgspec

from companion.domain.answers import Authored, Line


class Statement(Authored, frozen=True, kw_only=True):
    """One version in one language. ``body`` is Markdown."""

    version: Annotated[int, msgspec.Meta(ge=1)]
    language: Annotated[str, msgspec.Meta(pattern=r"^[a-z]{2}$")]
    title: Line
    body: Annotated[str, msgspec.Meta(min_length=1, max_length=20_000)]


def read(data: bytes) -> Statement:
    """The statement in a TOML file. Raises ``msgspec.ValidationError`` or ``tomllib.TOMLDecodeError``."""
    return msgspec.convert(tomllib.loads(data.decode()), type=Statement)
