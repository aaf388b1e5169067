"""What was done is told at its place on the next page, by what has the focus; a refused page says so in its title."""

from html.parser import HTMLParser
from urllib.parse import urldefrag

from flask import Flask, Response, g, session
from markupsafe import Markup

TOLD = "told"
"""The id of what tells that something was done."""
INTO = frozenset({"li", "section", "article", "div"})
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


def autofocus() -> str:
    """The attribute for what takes the focus when the page opens; only the first that asks for it has it."""
    taken = g.get("focus_taken", False)
    g.focus_taken = True
    return "" if taken else " autofocus"


def data_refused() -> str:
    """The attribute for what was refused, or must be decided first; the title of the page then says so."""
    g.refused = True
    return " data-refused"


def is_refused() -> bool:
    """Whether something on the page was refused, or must be decided first (components/heard.html)."""
    return bool(g.get("refused", False))


def with_told(page: Markup, told: Markup) -> Markup:
    """The page with what was done at the place that its address named before; on top if there is no such place."""
    place = str(session.pop(TOLD, "")) if told.strip() else ""
    at = _Place(page, place).at if place else 0
    return page[:at] + told + page[at:]


class _Place(HTMLParser):
    """Where on a page to tell what was done: in a container of this id, after a heading, before anything else."""

    def __init__(self, page: str, place: str) -> None:
        super().__init__()
        self.at, self._place, self._heading = 0, place, ""
        self._lines = [0, *(end + 1 for end, character in enumerate(page) if character == "\n")]
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.at == 0 and not self._heading and ("id", self._place) in attrs:
            if tag in HEADINGS:
                self._heading = tag
            else:
                self.at = self._here + (len(self.get_starttag_text() or "") if tag in INTO else 0)

    def handle_endtag(self, tag: str) -> None:
        if tag == self._heading:
            self.at, self._heading = self._here + len(f"</{tag}>"), ""

    @property
    def _here(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column


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
    app.jinja_env.globals.update(autofocus=autofocus, data_refused=data_refused, is_refused=is_refused)
