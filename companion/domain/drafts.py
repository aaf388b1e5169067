"""Unsent text, and which of two windows wins: neither silently overwrites the other."""

from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Protocol

from companion.domain.forms import Form
from companion.domain.refusals import Problem, Rejected

NOTHING: Form = MappingProxyType({})
DRAFT_MOST = 100_000
"""Most characters kept of an unsent text: far more than any answer may have."""


@dataclass(frozen=True)
class Draft:
    """One unsent text as typed."""

    typed: Form
    revision: int
    saved_at: datetime


class Kept(Protocol):
    """A stored draft: the page that saved it last, that page's save counter, and ours."""

    @property
    def tab(self) -> str: ...
    @property
    def beat(self) -> int: ...
    @property
    def revision(self) -> int: ...


class FromPage(Protocol):
    """Values that a form sends beside its words: the draft the page showed, the page's own id, and
    its save counter.
    """

    @property
    def draft_seen(self) -> int: ...
    @property
    def tab(self) -> str: ...
    @property
    def beat(self) -> int: ...


def page_knows(kept: Kept, typed: FromPage) -> bool:
    """Whether the page saved this draft itself, or showed it. A page without an id never matches."""
    return (kept.tab != "" and kept.tab == typed.tab) or kept.revision == typed.draft_seen


def is_newest(kept: Kept, typed: FromPage) -> bool:
    """Whether this is the page's latest save so far."""
    return kept.tab != typed.tab or typed.beat >= kept.beat


def draft_of(form: Form, fields: tuple[str, ...]) -> Form:
    """Return the part of a form that a draft keeps. Raise ``Rejected`` if it is far too long."""
    typed = {name: list(form[name]) for name in fields if any(form.get(name, ()))}
    size = sum(len(text) for texts in typed.values() for text in texts)
    if size > DRAFT_MOST:
        raise Rejected(Problem("too_long", {"most": DRAFT_MOST, "long": size, "over": size - DRAFT_MOST}))
    return typed
