"""Limits on the number of bytes, characters and fields in a request (docs/budgets.md)."""

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
"""The maximum number of bytes that a public page accepts. The limit is low, because names, codes and
passphrases are short. Anybody can send a request to a public page.
"""
LARGEST_UNKNOWN = 64_000
"""The maximum size in bytes of a request body that is sent to an unknown URL.

Accept even the longest answer at unknown URLs: after an update, an open page may still send an answer to an
old URL.
"""
MOST_TYPED = 150_000
"""The maximum number of characters in the names and values of all fields of a form together. Even the longest
possible draft fits into a form of this size.
"""
MOST_FIELDS = 1_000
"""The maximum number of fields in a form."""
LONGEST_ADDRESS = 8_190
"""The maximum number of characters in a path and its query."""
URL_ENCODED = "application/x-www-form-urlencoded"
BROKEN_OFF = (OSError, ParseException)
"""The errors that gunicorn raises for a broken connection."""

Parsed = tuple[IO[bytes], MultiDict[str, str], MultiDict[str, FileStorage]]


class FormParser(FormDataParser):
    """A parser that refuses forms with too many fields or too many characters.

    Werkzeug limits the number of fields only in multipart forms.
    """

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
    """A request with limits on its body and form."""

    form_data_parser_class = FormParser

    @cached_property
    def stream(self) -> IO[bytes]:
        """Return the request's body. Treat the request's body as empty if the method can't change data, as
        with GET.
        """
        return BytesIO() if self.method in SAFE else super().stream

    @property  # type: ignore[misc]  # nothing sets this property
    def max_content_length(self) -> int:  # type: ignore[override]  # nothing sets this property
        """Return the maximum number of bytes in the request's body."""
        if self.endpoint is None:
            return LARGEST_UNKNOWN
        rule = rule_of(self.endpoint)
        return LARGEST_SIGNED_OUT if rule and rule.public else LARGEST_REQUEST


def install(app: Flask) -> None:
    """Limit the size of every request and form. Call this function before anything that reads requests."""
    app.request_class = Request
    app.config.update(MAX_FORM_PARTS=MOST_FIELDS, MAX_FORM_MEMORY_SIZE=LARGEST_REQUEST)
    app.before_request(_whole)


def _whole() -> None:
    """Refuse a request that is too long, malformed or cut off.

    When somebody presses *Leave this site*, don't check the request's body, because Companion ignores it.
    """
    if len(request.full_path) > LONGEST_ADDRESS:
        abort(414)
    if request.method in SAFE or request.endpoint in (None, "public.leave"):
        return
    try:
        posted()
    except BROKEN_OFF:
        abort(400)
