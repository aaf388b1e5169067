"""Drafts of unsent text. Two browser windows can't overwrite each other's drafts."""

from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Protocol

from companion.domain.forms import Form
from companion.domain.refusals import Problem, Rejected

NOTHING: Form = MappingProxyType({})
DRAFT_MOST = 100_000
"""The maximum number of characters in a draft."""


@dataclass(frozen=True)
class Draft:
    """Text that has been typed but not sent."""

    typed: Form
    revision: int
    saved_at: datetime


class Kept(Protocol):
    """A stored draft: its revision, its page's id, and how often that page has saved it."""

    @property
    def tab(self) -> str: ...
    @property
    def beat(self) -> int: ...
    @property
    def revision(self) -> int: ...


class FromPage(Protocol):
    """A page's draft: the page's id, how often it has saved, and its latest revision from the server."""

    @property
    def draft_seen(self) -> int: ...
    @property
    def tab(self) -> str: ...
    @property
    def beat(self) -> int: ...


def page_knows(kept: Kept, typed: FromPage) -> bool:
    """Return whether the latest draft is the one that this page last saved or loaded."""
    return (kept.tab != "" and kept.tab == typed.tab) or kept.revision == typed.draft_seen


def is_newest(kept: Kept, typed: FromPage) -> bool:
    """Return False if the same page has already saved a newer draft."""
    return kept.tab != typed.tab or typed.beat >= kept.beat


def draft_of(form: Form, fields: tuple[str, ...]) -> Form:
    """Return the form fields to save in a draft. Raise ``Rejected`` if the fields contain more than
    ``DRAFT_MOST`` characters in total.
    """
    typed = {name: list(form[name]) for name in fields if any(form.get(name, ()))}
    size = sum(len(text) for texts in typed.values() for text in texts)
    if size > DRAFT_MOST:
        raise Rejected(Problem("too_long", {"most": DRAFT_MOST, "long": size, "over": size - DRAFT_MOST}))
    return typed
