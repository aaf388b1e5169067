"""What is being typed is kept, and two windows never overwrite each other: the rules that drafts share."""

from datetime import datetime
from typing import Protocol

from companion.domain.drafts import Draft
from companion.domain.forms import Form
from companion.domain.refusals import ChangedElsewhere
from companion.store.drafts import Drafted

FIRST = 100_000_000
"""A new draft counts from anywhere below: a page that showed one long gone must not take this for the same."""


class FromPage(Protocol):
    """What a composer sends beside its words: the draft that its page showed, the page's mark, its count of saves."""

    @property
    def draft_seen(self) -> int: ...
    @property
    def tab(self) -> str: ...
    @property
    def beat(self) -> int: ...


def known(row: Drafted, typed: FromPage) -> bool:
    """Whether the page saved this draft itself, or showed it."""
    return row.tab == typed.tab or row.revision == typed.draft_seen


def stands(row: Drafted, before: Draft, kept: Form, typed: FromPage) -> bool:
    """Whether the draft stays as it is. Raises ``ChangedElsewhere`` for one that another page saved."""
    if before.typed == kept or (row.tab == typed.tab and typed.beat < row.beat):
        return True
    if not known(row, typed):
        raise ChangedElsewhere
    return False


def renew(row: Drafted, typed: FromPage, now: datetime) -> None:
    """The page has saved it now; its words are the caller's to seal."""
    row.tab, row.beat, row.saved_at = typed.tab, typed.beat, now
    row.revision += 1
