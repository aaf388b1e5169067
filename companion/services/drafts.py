"""Drafts: what every save of one shares. Which of two windows wins: ``domain/drafts.py``."""

from datetime import datetime

from companion.domain.drafts import FromPage
from companion.store.drafts import Drafted

FIRST = 100_000_000
"""A new draft counts from anywhere below: a page that showed one long gone must not take this for the same."""


def renew(row: Drafted, typed: FromPage, now: datetime) -> None:
    """The page has saved it now; its words are the caller's to seal."""
    row.tab, row.beat, row.saved_at = typed.tab, typed.beat, now
    row.revision += 1
