"""What is being typed and is not sent yet, and which of two windows wins: neither overwrites the other silently."""

from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Protocol

from companion.domain.forms import Form
from companion.domain.refusals import Problem, Rejected

NOTHING: Form = MappingProxyType({})
DRAFT_MOST = 100_000
"""Characters of an unsent text that are kept at most: far more than any answer may have."""


@dataclass(frozen=True)
class Draft:
    """One unsent text, as it was typed."""

    typed: Form
    revision: int
    saved_at: datetime


class Kept(Protocol):
    """A draft as it is stored: the page that saved it last, that page's count of its saves, and ours."""

    @property
    def tab(self) -> str: ...
    @property
    def beat(self) -> int: ...
    @property
    def revision(self) -> int: ...


class FromPage(Protocol):
    """What a composer sends beside its words: the draft that its page showed, the page's mark, its count of saves."""

    @property
    def draft_seen(self) -> int: ...
    @property
    def tab(self) -> str: ...
    @property
    def beat(self) -> int: ...


def page_knows(kept: Kept, typed: FromPage) -> bool:
    """Whether the page saved this draft itself, or showed it. A page without a mark of its own is never the same."""
    return (kept.tab != "" and kept.tab == typed.tab) or kept.revision == typed.draft_seen


def is_newest(kept: Kept, typed: FromPage) -> bool:
    """Whether no later save of the same page has arrived before this one."""
    return kept.tab != typed.tab or typed.beat >= kept.beat


def draft_of(form: Form, fields: tuple[str, ...]) -> Form:
    """The part of a form that a draft keeps. Raises ``Rejected`` when it is beyond all measure."""
    typed = {name: list(form[name]) for name in fields if any(form.get(name, ()))}
    size = sum(len(text) for texts in typed.values() for text in texts)
    if size > DRAFT_MOST:
        raise Rejected(Problem("too_long", {"most": DRAFT_MOST, "long": size, "over": size - DRAFT_MOST}))
    return typed
