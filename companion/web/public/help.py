"""The public help page: the same for everybody, without a session, a cookie or the database.

Opening it isn't recorded: nothing here counts, logs or reads who asks.
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
"""Seconds for which a cached copy may be shown."""
READY = (OpeningState.ALWAYS, OpeningState.OPEN, OpeningState.UNKNOWN, OpeningState.CLOSED)
JSON_FORMAT = 1
"""The number in ``help.json``; it changes with anything that could break a reader (docs/help-json.md)."""


@dataclass(frozen=True)
class HelpEntry:
    """A signpost at the moment of the page."""

    signpost: Signpost
    opening: Opening
    first: bool = True
    """Whether no earlier group shows the signpost."""
    place: int = 0
    """Its fragment in the page's URLs: a number reveals nothing in a browser's history."""


@dataclass(frozen=True)
class Group:
    """The signposts for one need."""

    need: Need
    entries: list[HelpEntry]


@access.apart
@access.uncounted
@access.public
def help_page(language: str) -> Response:
    """``GET /help``: who can help, by need, and whether they answer now."""
    speak(language)  # only the URL decides, so that a cached copy is the same for everybody
    now = clock.now()
    directory = current.snapshot().directory()
    page = render_template("public/help.html", groups=_groups(directory, now), language=language, now=now)
    return _cached(make_response(page), directory, now)


@access.apart
@access.uncounted
@access.public
def help_json() -> Response:
    """``GET /help.json``: the same data without opening states, for other sites to read."""
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
    """Return the signposts for these needs, each once, with their state at this moment."""
    those = current.snapshot().directory().by_need()
    found = {signpost.id: signpost for need in needs for signpost in those.get(need, [])}
    return [HelpEntry(signpost, opening(signpost, now)) for signpost in found.values()]


def open_first(entries: list[HelpEntry]) -> list[HelpEntry]:
    """Sort those that are open first, then those with unknown hours, then closed ones."""
    return sorted(entries, key=lambda entry: READY.index(entry.opening.state))


def each_number_once(entries: list[HelpEntry]) -> list[HelpEntry]:
    """Leave out an entry whose ways are all in an earlier one, such as one number for two countries."""
    seen: set[str] = set()
    kept = []
    for entry in entries:
        ways = {way.href for way in entry.signpost.ways}
        if not ways or ways - seen:
            kept.append(entry)
        seen |= ways
    return kept


def numbers_at_hand() -> str:
    """Return the numbers to call if the page can't be left, as a line of text: those that always answer first."""
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
    """Return a signpost with every field, including defaults, and each link's URL."""
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
    """Return the words in each existing language; empty if there are none."""
    return {code: in_language(words, code) or "" for code in languages()}


def _cached(response: Response, directory: Directory, now: datetime) -> Response:
    """Limit caching to the next opening or closing: a copy must not say "open" when nobody answers any more."""
    change = next_change(directory.signposts, now)
    seconds = LONGEST_CACHED if change is None else min(LONGEST_CACHED, int((change - now).total_seconds()))
    response.headers["Cache-Control"] = f"public, max-age={seconds}"
    response.add_etag()
    response.make_conditional(request)
    return response
