"""Which page of a board an address asks for, with which filters. Nothing in an address can break a board."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from companion.domain.caseloads.board import Show
from companion.domain.enrolments.pathway import PathwayState

PAGE = 40
"""Participants on one page."""
HIDDEN: Final = frozenset({PathwayState.CLOSED, PathwayState.DIED})
"""Who is not shown until he is asked for."""
EVERY = "every"
"""The value of the filter by state that shows the hidden ones too."""


@dataclass(frozen=True)
class BoardQuery:
    """A page of a board as an address asks for it. What an address cannot mean is left out and noted."""

    show: Show = Show.ALL
    state: str = ""
    page: int = 1
    misread: frozenset[str] = field(default_factory=frozenset)
    """The names of what could not be read."""

    @property
    def states(self) -> frozenset[PathwayState]:
        """Whom it is about by where they stand."""
        if self.state == EVERY:
            return frozenset(PathwayState)
        return frozenset({PathwayState(self.state)}) if self.state else frozenset(PathwayState) - HIDDEN


def asked(args: Mapping[str, str], shows: Sequence[Show]) -> BoardQuery:
    """What an address asks for, of the filters that this board has."""
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
    """Which of how many pages is shown; one that does not exist becomes the last one."""

    asked: int
    total: int

    @property
    def pages(self) -> int:
        """How many there are, at least one."""
        return max(1, -(-self.total // PAGE))

    @property
    def page(self) -> int:
        """The one that is shown."""
        return min(self.asked, self.pages)

    @property
    def start(self) -> int:
        """How many come before it."""
        return (self.page - 1) * PAGE
