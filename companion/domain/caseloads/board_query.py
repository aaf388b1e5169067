"""Which page of a board a URL asks for, and its filters. No URL can break a board."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from companion.domain.caseloads.board import Show
from companion.domain.enrolments.pathway import PathwayState

PAGE = 40
"""Participants per page."""
HIDDEN: Final = frozenset({PathwayState.CLOSED, PathwayState.DIED})
"""States that are hidden unless chosen."""
EVERY = "every"
"""The state filter's value that includes hidden ones."""


@dataclass(frozen=True)
class BoardQuery:
    """A board page as a URL asks for it. Parts that make no sense are ignored and listed."""

    show: Show = Show.ALL
    state: str = ""
    page: int = 1
    misread: frozenset[str] = field(default_factory=frozenset)
    """The names of the parameters that made no sense."""

    @property
    def states(self) -> frozenset[PathwayState]:
        """The pathway states that it includes."""
        if self.state == EVERY:
            return frozenset(PathwayState)
        return frozenset({PathwayState(self.state)}) if self.state else frozenset(PathwayState) - HIDDEN


def asked(args: Mapping[str, str], shows: Sequence[Show]) -> BoardQuery:
    """Return what a URL asks for, given this board's filters."""
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
    """Which page of how many is shown; one beyond the last becomes the last."""

    asked: int
    total: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // PAGE))

    @property
    def page(self) -> int:
        """The page shown."""
        return min(self.asked, self.pages)

    @property
    def start(self) -> int:
        """How many participants come before it."""
        return (self.page - 1) * PAGE
