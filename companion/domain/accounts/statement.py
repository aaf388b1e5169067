"""The confidentiality statement. Everybody must read and accept the confidentiality statement before joining."""

import tomllib
from typing import Annotated

import msgspec

from companion.domain.authored import Authored, Line


class Statement(Authored, frozen=True, kw_only=True):
    """One version of the confidentiality statement in Markdown, in one language.

    ``must_pass_on`` explains what staff must tell others, and is inserted into ``body``.
    """

    version: Annotated[int, msgspec.Meta(ge=1)]
    language: Annotated[str, msgspec.Meta(pattern=r"^[a-z]{2}$")]
    title: Line
    must_pass_on: Annotated[str, msgspec.Meta(min_length=1, max_length=5_000)]
    body: Annotated[str, msgspec.Meta(min_length=1, max_length=20_000, pattern=r"\{must_pass_on\}")]

    @property
    def edition(self) -> str:
        """The version and the language, with which a form says which text it showed."""
        return f"{self.version}-{self.language}"

    @property
    def text(self) -> str:
        """The whole confidentiality statement in Markdown."""
        return self.body.replace("{must_pass_on}", self.must_pass_on.strip())


def read_statement(data: bytes) -> Statement:
    """Parse a confidentiality statement from TOML.

    Raise ``ValueError`` (``msgspec.ValidationError``, ``tomllib.TOMLDecodeError`` or ``UnicodeDecodeError``)
    if the file isn't valid.
    """
    return msgspec.convert(tomllib.loads(data.decode()), type=Statement)
