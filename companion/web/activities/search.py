"""Searching the activity library."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask import request

from companion.domain.activities.answers import Prompt, kinds
from companion.domain.authoring.library_search import LENGTHS, LibrarySearch, asked
from companion.services.work.assign import Offer
from companion.store.base import Transaction
from companion.store.programme import programmes


@dataclass(frozen=True)
class Finder:
    """The search in the page's URL, and the choices in the search form."""

    asked: LibrarySearch
    topics: Mapping[str, str]
    kinds: Mapping[str, type[Prompt]]
    lengths: tuple[int, ...] = LENGTHS

    def among(self, offers: Iterable[Offer]) -> list[Offer]:
        """Return the activities that match the search in at least one language."""
        return [each for each in offers if self.asked.finds(version.activity for version in each.versions)]


def finder(tx: Transaction) -> Finder:
    """Return the search from the page's URL."""
    topics = programmes.topics(tx)
    return Finder(asked(request.args, topics, kinds()), topics, kinds())
