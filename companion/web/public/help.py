"""The public help page. The page needs no session, no cookie and no database.

Visits are neither recorded nor counted.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from flask import Response, make_response, render_template, request

from companion.domain.signposts.opening_hours import Opening, OpeningState
from companion.domain.signposts.signposts import (
    Directory,
    Need,
    Signpost,
    Telephone,
    Words,
    next_change,
    opening,
)
from companion.translations import languages
from companion.web.gate import access, clock, current
from companion.web.page.languages import speak
from companion.web.page.rendering import in_language, said

LONGEST_CACHED = 60
"""The maximum number of seconds for which browsers may show a cached copy of the help page."""
READY = (OpeningState.ALWAYS, OpeningState.OPEN, OpeningState.UNKNOWN, OpeningState.CLOSED)
JSON_FORMAT = 1
"""The format number in ``help.json``.

If a change to the JSON could break programs that read it, increase the format number (docs/help-json.md).
"""


@dataclass(frozen=True)
class HelpEntry:
    """A signpost, and whether its service is open now."""

    signpost: Signpost
    opening: Opening
    first: bool = True
    """True if no earlier group on the page shows the signpost."""
    place: int = 0
    """The signpost's number in the list of signposts, counted from 1. A link to a signpost contains only the
    signpost's number, so the browser's history doesn't reveal which signpost somebody opened.
    """


@dataclass(frozen=True)
class Group:
    """One kind of need, and the entries on the help page for people with this need."""

    need: Need
    entries: list[HelpEntry]


@access.apart
@access.uncounted
@access.public
def help_page(language: str) -> Response:
    """``GET /help``: list who can help with each need, and which services are open now."""
    speak(language)  # the language depends only on the URL, so everybody can get a cached copy
    now = clock.now()
    directory = current.snapshot().directory()
    page = render_template("public/help.html", groups=_groups(directory, now), language=language, now=now)
    return _cached(make_response(page), directory, now)


@access.apart
@access.uncounted
@access.public
def help_json() -> Response:
    """``GET /help.json``: return the signposts as JSON for other sites."""
    directory = current.snapshot().directory()
    data = {
        "format": JSON_FORMAT,
        "needs": list(directory.by_need()),
        "signposts": [_plain(signpost) for signpost in directory.signposts],
    }
    response = Response(msgspec.json.encode(data), mimetype="application/json")
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return _cached(response, directory, clock.now())


def entries_for(now: datetime, *needs: Need) -> list[HelpEntry]:
    """Return the services for the given needs, without duplicates, and say which are open now."""
    those = current.snapshot().directory().by_need()
    found = {signpost.id: signpost for need in needs for signpost in those.get(need, [])}
    return [HelpEntry(signpost, opening(signpost, now)) for signpost in found.values()]


def open_first(entries: list[HelpEntry]) -> list[HelpEntry]:
    """Sort the entries: open services first, then services with unknown hours, then closed services."""
    return sorted(entries, key=lambda entry: READY.index(entry.opening.state))


def each_number_once(entries: list[HelpEntry]) -> list[HelpEntry]:
    """Leave out an entry if earlier entries have already shown all its contact details."""
    seen: set[str] = set()
    kept = []
    for entry in entries:
        ways = {way.href for way in entry.signpost.ways}
        if not ways or ways - seen:
            kept.append(entry)
        seen |= ways
    return kept


def numbers_at_hand() -> str:
    """Return a line with the telephone numbers to call if the browser can't reach Companion.

    Phone lines that are open day and night come first.
    """
    entries = entries_for(clock.now(), Need.CHILD_IN_DANGER, Need.HURT_MYSELF, Need.OWN_BEHAVIOUR)
    numbers: dict[str, str] = {}
    for entry in sorted(entries, key=lambda entry: entry.opening.state != OpeningState.ALWAYS):
        for way in entry.signpost.ways:
            if isinstance(way, Telephone):
                numbers.setdefault(way.shown, said(entry.signpost.name).striptags())
    return ", ".join(f"{name} {number}" for number, name in numbers.items())


def _groups(directory: Directory, now: datetime) -> list[Group]:
    shown: set[str] = set()
    places = {signpost.id: place for place, signpost in enumerate(directory.signposts, start=1)}
    groups = []
    for need, those in directory.by_need().items():
        entries = [HelpEntry(s, opening(s, now), s.id not in shown, places[s.id]) for s in those]
        groups.append(Group(need, open_first(entries)))
        shown.update(signpost.id for signpost in those)
    return groups


def _plain(signpost: Signpost) -> dict[str, Any]:
    """Return a signpost with every field and each link's URL."""
    data = msgspec.structs.asdict(signpost)
    data["name"], data["note"] = _in_each(signpost.name), signpost.note and _in_each(signpost.note)
    data["ways"] = [
        {"kind": way.kind, **msgspec.structs.asdict(way), "href": way.href} for way in signpost.ways
    ]
    for way in data["ways"]:
        if "label" in way:
            way["label"] = _in_each(way["label"])
    return data


def _in_each(words: Words) -> Words:
    """Return the text in every language, with an empty string for a missing translation."""
    return {code: in_language(words, code) or "" for code in languages()}


def _cached(response: Response, directory: Directory, now: datetime) -> Response:
    """Let cached copies expire after ``LONGEST_CACHED`` seconds, or earlier if a service opens or closes."""
    change = next_change(directory.signposts, now)
    seconds = LONGEST_CACHED if change is None else min(LONGEST_CACHED, int((change - now).total_seconds()))
    response.headers["Cache-Control"] = f"public, max-age={seconds}"
    response.add_etag()
    response.make_conditional(request)
    return response
