"""Read a board's page number and filters from a URL.

Invalid values never cause an error.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from companion.domain.caseloads.board import Show
from companion.domain.enrolments.pathway import PathwayState

PAGE = 40
"""The number of participants on a board's page."""
MOST = 1_000
"""The maximum number of participants that a board lists under a filter.

If more than ``MOST`` participants match the filter, Companion stops counting at ``MOST`` + 1.
"""
HIDDEN: Final = frozenset({PathwayState.CLOSED, PathwayState.DIED})
"""The pathway states that the board hides, unless somebody filters by one of them."""
EVERY = "every"
"""The filter value for “any state”, which also shows enrolments that the board usually hides."""


@dataclass(frozen=True)
class BoardQuery:
    """The filters and the page number of a board, as requested in a URL. Invalid parameters are ignored and
    listed in ``misread``.
    """

    show: Show = Show.ALL
    state: str = ""
    page: int = 1
    misread: frozenset[str] = field(default_factory=frozenset)
    """The names of the URL's invalid parameters."""

    @property
    def states(self) -> frozenset[PathwayState]:
        """The pathway states whose enrolments the board shows."""
        if self.state == EVERY:
            return frozenset(PathwayState)
        return frozenset({PathwayState(self.state)}) if self.state else frozenset(PathwayState) - HIDDEN


def asked(args: Mapping[str, str], shows: Sequence[Show]) -> BoardQuery:
    """Return the filters and the page number that a board's URL requests. ``shows`` lists the filters that
    people can choose on the board.
    """
    show, state, page = (args.get(name, "").strip() for name in ("show", "state", "page"))
    misread = set()
    if show and show not in shows:
        misread.add("show")
    if state and state not in (EVERY, *PathwayState):
        misread.add("state")
    whole = page.isascii() and page.isdigit() and len(page) < 7 and int(page) > 0
    if page and not whole:
        misread.add("page")
    return BoardQuery(
        Show.ALL if "show" in misread or not show else Show(show),
        "" if "state" in misread else state,
        int(page) if whole else 1,
        frozenset(misread),
    )


@dataclass(frozen=True)
class Paging:
    """The current page number of the board, and the number of pages. The last page is shown if the requested
    page doesn't exist.
    """

    asked: int
    total: int

    @property
    def pages(self) -> int:
        """The number of pages in the board's list."""
        return max(1, -(-self.total // PAGE))

    @property
    def page(self) -> int:
        """The number of the page that is shown, starting at 1."""
        return min(self.asked, self.pages)

    @property
    def start(self) -> int:
        """The number of participants on earlier pages."""
        return (self.page - 1) * PAGE
