"""The limits of one request: bytes by sender, characters and fields (docs/budgets.md)."""

from io import BytesIO
from typing import IO

import flask
from flask import Flask, abort, request
from gunicorn.http.errors import ParseException
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser
from werkzeug.utils import cached_property

from companion.web.gate.access import rule_of
from companion.web.server.lanes import SAFE
from companion.web.server.posted import posted
from companion.web.server.request_reader import LARGEST_REQUEST

LARGEST_SIGNED_OUT = 300_000
"""Most bytes to a public page: names, codes and passphrases are short, and the sender is unknown."""
LARGEST_UNKNOWN = 64_000
"""Most bytes to an unknown URL: the longest answer, from a page that an older version made."""
MOST_TYPED = 150_000
"""Most characters in all fields of a form: the longest draft, and whatever comes with it."""
MOST_FIELDS = 1_000
"""Most fields of a form, including empty ones: several times the largest page's."""
LONGEST_ADDRESS = 8_190
"""Longest path with query; gunicorn, as configured, accepts less."""
URL_ENCODED = "application/x-www-form-urlencoded"
BROKEN_OFF = (OSError, ParseException)
"""gunicorn's errors for a broken connection."""

Parsed = tuple[IO[bytes], MultiDict[str, str], MultiDict[str, FileStorage]]


class FormParser(FormDataParser):
    """Refuses more than any of our forms sends. Werkzeug limits the number of fields only for multipart."""

    def parse(
        self,
        stream: IO[bytes],
        mimetype: str,
        content_length: int | None,
        options: dict[str, str] | None = None,
    ) -> Parsed:
        if mimetype == URL_ENCODED:
            body = stream.read()
            if body.count(b"&") >= MOST_FIELDS:
                raise RequestEntityTooLarge
            stream = BytesIO(body)
        stream, form, files = super().parse(stream, mimetype, content_length, options)
        if sum(len(name) + len(text) for name, text in form.items(multi=True)) > MOST_TYPED:
            raise RequestEntityTooLarge
        return stream, form, files


class Request(flask.Request):
    """A request with limits on its body and form, whoever reads them first: a view, a hook or an error page."""

    form_data_parser_class = FormParser

    @cached_property
    def stream(self) -> IO[bytes]:
        """The body; empty if the request can't change anything, so that it is neither read nor refused."""
        return BytesIO() if self.method in SAFE else super().stream

    @property  # type: ignore[misc]  # nothing sets it
    def max_content_length(self) -> int:  # type: ignore[override]  # as above
        """Most bytes of its body."""
        if self.endpoint is None:
            return LARGEST_UNKNOWN
        rule = rule_of(self.endpoint)
        return LARGEST_SIGNED_OUT if rule and rule.public else LARGEST_REQUEST


def install(app: Flask) -> None:
    """Limit every request. Installed before everything that reads one."""
    app.request_class = Request
    app.config.update(MAX_FORM_PARTS=MOST_FIELDS, MAX_FORM_MEMORY_SIZE=LARGEST_REQUEST)
    app.before_request(_whole)


def _whole() -> None:
    """Refuse what is too long, malformed or cut off. Leaving reads no body, and always works."""
    if len(request.full_path) > LONGEST_ADDRESS:
        abort(414)
    if request.method in SAFE or request.endpoint in (None, "public.leave"):
        return
    try:
        posted()
    except BROKEN_OFF:
        abort(400)
