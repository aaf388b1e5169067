"""Confirmation and refusal messages.

After a change, the next page shows a confirmation message in the changed section, and moves the focus to the
message. If Companion refuses a form, the title of the page says so.
"""

from html.parser import HTMLParser
from urllib.parse import urldefrag

from flask import Flask, Response, g, session
from markupsafe import Markup

TOLD = "told"
"""The HTML id of the confirmation message on a page."""
INTO = frozenset({"li", "section", "article", "div"})
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


def autofocus() -> str:
    """Return the attribute that focuses an element when the page opens.

    Return ``autofocus`` only the first time a page calls this function.
    """
    taken = g.get("focus_taken", False)
    g.focus_taken = True
    return "" if taken else " autofocus"


def data_refused() -> str:
    """Return the HTML attribute that puts the focus on an error message, or on a decision that the person
    must make.

    If an element on a page has the attribute ``data-refused``, the page's title begins with *Please check*.
    """
    g.refused = True
    return " data-refused"


def is_refused() -> bool:
    """Return whether the page shows an error message, or asks the person to make a decision."""
    return bool(g.get("refused", False))


def with_told(page: Markup, told: Markup) -> Markup:
    """Return the page with the confirmation inserted at the element that the URL's fragment names. If the
    fragment names no element on the page, insert the confirmation at the top of the page.
    """
    place = str(session.pop(TOLD, "")) if told.strip() else ""
    at = _Place(page, place).at if place else 0
    return page[:at] + told + page[at:]


class _Place(HTMLParser):
    """A parser that finds where to insert the confirmation message in a page.

    If the URL's fragment is the id of a section or list item, the confirmation message goes inside that
    element. The confirmation goes after a heading, but before any other element.
    """

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
    """If there's a confirmation message, redirect with a URL fragment that scrolls the page to the message.
    Screen readers announce the element to which the URL's fragment points.
    """

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
