"""The public help page: the same for everybody, without a session, a cookie or the database.

That somebody opened it is not recorded: nothing here counts, logs or reads who asks.
"""

from dataclasses import dataclass
from datetime import datetime

from flask import Response, make_response, render_template

from companion.content import directory
from companion.domain.signposts import Directory, Need, Opening, Signpost, Telephone, next_change, opening
from companion.web import access, clock
from companion.web.i18n import language

LONGEST_CACHED = 60
"""Seconds for which a copy of the page may be shown."""


@dataclass(frozen=True)
class Entry:
    """A signpost as it stands at the moment of the page."""

    signpost: Signpost
    opening: Opening
    first: bool
    """No group before this one shows the signpost."""


@dataclass(frozen=True)
class Group:
    """What answers one need."""

    need: Need
    entries: list[Entry]


@access.public
def help_page(language: str = "en") -> Response:
    """``GET /help``: who can help, by what somebody needs, and whether they are there now."""
    now = clock.now()
    signposts = directory()
    response = make_response(
        render_template(
            "public/help.html",
            groups=_groups(signposts, now),
            language=language,
            now=now,
        )
    )
    response.headers["Cache-Control"] = f"public, max-age={_seconds_cached(signposts, now)}"
    return response


def entries_for(now: datetime, *needs: Need) -> list[Entry]:
    """The signposts for these needs, each once, as they stand at the moment."""
    those = directory().by_need()
    found = {signpost.id: signpost for need in needs for signpost in those.get(need, [])}
    return [Entry(signpost, opening(signpost, now), True) for signpost in found.values()]


def numbers_at_hand() -> str:
    """Whom one can call when the page cannot be left, as one line of text."""
    entries = directory().by_need()[Need.OWN_BEHAVIOUR] + directory().by_need()[Need.HURT_MYSELF]
    numbers = {
        signpost.name.said(language()): way.shown
        for signpost in entries
        for way in signpost.ways
        if isinstance(way, Telephone)
    }
    return ", ".join(f"{name} {number}" for name, number in numbers.items())


def _groups(signposts: Directory, now: datetime) -> list[Group]:
    shown: set[str] = set()
    groups = []
    for need, those in signposts.by_need().items():
        groups.append(Group(need, [Entry(s, opening(s, now), s.id not in shown) for s in those]))
        shown.update(signpost.id for signpost in those)
    return groups


def _seconds_cached(signposts: Directory, now: datetime) -> int:
    """Never past the next opening or closing: a copy must not say "open" when nobody answers any more."""
    change = next_change(signposts.signposts, now)
    return LONGEST_CACHED if change is None else min(LONGEST_CACHED, int((change - now).total_seconds()))
