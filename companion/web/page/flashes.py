"""What was done is told at its place on the next page, by what has the focus; a refused page says so in its title."""

import re
from urllib.parse import urldefrag

from flask import Flask, Response, g, session
from markupsafe import Markup

TOLD = "told"
"""The id of what tells that something was done."""
REFUSED = re.compile(r"<[a-z]+\b[^<>]* data-refused>")
INTO = ("li", "section", "article", "div")


def is_refused(page: str) -> bool:
    """Whether something on the page was refused, or must be decided first (components/heard.html)."""
    return bool(REFUSED.search(page))


def autofocus() -> str:
    """The attribute for what takes the focus when the page opens; only the first that asks for it has it."""
    taken = g.get("focus_taken", False)
    g.focus_taken = True
    return "" if taken else " autofocus"


def with_told(page: Markup, told: Markup) -> Markup:
    """The page with what was done at the place that its address named before; on top if there is no such place."""
    place = str(session.pop(TOLD, "")) if told.strip() else ""
    at = _within(page, place) if place else 0
    return page[:at] + told + page[at:]


def _within(page: str, place: str) -> int:
    tag = re.search(rf'<([a-z0-9]+)\b[^<>]* id="{re.escape(place)}"[^<>]*>', page)
    if not tag:
        return 0
    if tag[1] in INTO:
        return tag.end()
    end = f"</{tag[1]}>"
    return page.find(end, tag.end()) + len(end) if re.fullmatch("h[1-6]", tag[1]) else tag.start()


def install(app: Flask) -> None:
    """Lead to what tells that something was done, rather than to where: else nobody hears it."""

    @app.after_request
    def to_what_is_told(response: Response) -> Response:
        if 300 <= response.status_code < 400 and session.get("_flashes"):
            address, place = urldefrag(response.location or "")
            if place and place != TOLD:
                session[TOLD] = place
                response.location = f"{address}#{TOLD}"
        return response

    app.jinja_env.filters["with_told"] = with_told
    app.jinja_env.tests["refused"] = is_refused
    app.jinja_env.globals["autofocus"] = autofocus
