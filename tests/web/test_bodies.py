"""Test request bodies that are malformed, incomplete or too long."""

from typing import Any

import pytest
from flask import Flask, request
from gunicorn.http.errors import InvalidChunkSize, NoMoreData

from companion.web.gate import access
from companion.web.page.errors import MOST_SHOWN
from companion.web.page.form_fields import LONGEST_PATH, local_path
from companion.web.server.budgets import (
    LARGEST_REQUEST,
    LARGEST_SIGNED_OUT,
    LARGEST_UNKNOWN,
    LONGEST_ADDRESS,
    MOST_FIELDS,
    MOST_TYPED,
    URL_ENCODED,
)
from tests.visitor import Visitor


class BrokenOff:
    """A stream that raises gunicorn's error for a malformed or incomplete body."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def tell(self) -> int:
        return 0

    def seek(self, *_: int) -> None:
        pass

    def read(self, *_: int) -> bytes:
        raise self._error


@pytest.mark.parametrize("page", ["/sign-in", "/join"])
def test_a_signed_out_client_can_send_only_short_requests(visitor: Visitor, page: str) -> None:
    token = visitor.token(page)
    for field in ("sign_in_name", "passphrase", "code", "word"):
        reply = visitor.client.post(page, data={field: "\ufdfa" * 40_000, "csrf_token": token})
        assert reply.status_code == 413, field


@pytest.mark.parametrize("error", [NoMoreData(), InvalidChunkSize(b"zz")])
def test_an_incomplete_request_body_is_refused(visitor: Visitor, error: Exception) -> None:
    broken: dict[str, Any] = {
        "input_stream": BrokenOff(error),
        "environ_overrides": {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"},
        "content_type": "application/x-www-form-urlencoded",
    }
    assert visitor.client.post("/sign-in", **broken).status_code == 400
    assert visitor.client.post("/leave", **broken).status_code == 303


def test_an_error_page_shows_a_limited_number_of_fields(visitor: Visitor) -> None:
    reply = visitor.client.post("/nowhere", data={f"field{i}": "x" for i in range(MOST_SHOWN + 1)})
    assert reply.status_code == 404
    assert reply.text.count("<textarea") == MOST_SHOWN


@pytest.fixture
def pages(app: Flask) -> Visitor:
    """Add a public page and a page behind the sign-in. Return a signed-out browser."""
    app.add_url_rule(
        "/all", "all", access.public(lambda: request.form.get("words", "")), methods=["GET", "POST"]
    )
    app.add_url_rule("/some", "some", access.roles()(lambda: ""), methods=["POST"])
    return Visitor(app)


def of_length(long: int) -> bytes:
    """Return a form's body with exactly this many bytes."""
    body = b"words=" + b"%F0%9F%8C%B3" * ((long - 6) // 12)
    return body + b"x" * (long - len(body))


def sends(pages: Visitor, path: str, body: bytes, **headers: str) -> tuple[int, bool]:
    """Send this body. Return the response's status, and whether the page shows the typed text again."""
    reply = pages.client.post(path, data=body, content_type=URL_ENCODED, headers=headers)
    return reply.status_code, "<textarea" in reply.text


def test_the_longest_accepted_request_body_depends_on_who_sends_it(pages: Visitor) -> None:
    for path, most in (("/some", LARGEST_REQUEST), ("/all", LARGEST_SIGNED_OUT)):
        assert sends(pages, path, of_length(most)) == (400, True)
        assert sends(pages, path, of_length(most + 1)) == (413, False)
    assert sends(pages, "/nowhere", of_length(LARGEST_UNKNOWN)) == (404, True)
    assert sends(pages, "/nowhere", of_length(LARGEST_UNKNOWN + 1)) == (404, False)


def test_a_request_body_that_is_longer_than_its_view_allows_is_refused(pages: Visitor) -> None:
    """The limit on a body's length applies to every method and every path."""
    too_long = of_length(LARGEST_SIGNED_OUT + 1)
    assert sends(pages, "/all", too_long, **{"Sec-Fetch-Site": "cross-site"}) == (413, False)
    for method, path in (("GET", "/nowhere"), ("GET", "/some"), ("OPTIONS", "/nowhere"), ("PUT", "/nowhere")):
        reply = pages.client.open(path, method=method, data=too_long, content_type=URL_ENCODED)
        assert reply.status_code in (404, 405) and "<textarea" not in reply.text, (method, path)


@pytest.mark.parametrize("kind", [URL_ENCODED, "multipart/form-data; boundary=b", "application/json", ""])
def test_a_request_body_is_ignored_if_the_method_is_get_head_or_options(pages: Visitor, kind: str) -> None:
    """Some clients and proxies send a request body even with GET, HEAD or OPTIONS."""
    for method in ("GET", "HEAD", "OPTIONS"):
        plain = pages.client.open("/all", method=method)
        assert plain.status_code == 200
        for body in (b"", b"words=tea", of_length(LARGEST_REQUEST + 1), b"&" * (MOST_FIELDS + 1)):
            reply = pages.client.open("/all", method=method, data=body, content_type=kind)
            assert (reply.status_code, reply.data) == (200, plain.data), (method, len(body))
        broken: dict[str, Any] = {
            "input_stream": BrokenOff(NoMoreData()),
            "environ_overrides": {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"},
        }
        assert pages.client.open("/all", method=method, content_type=kind, **broken).status_code == 200


def test_a_form_with_too_many_fields_is_refused(pages: Visitor) -> None:
    token = pages.token("/sign-in").encode()
    fields = [b"csrf_token=" + token, b"words=tea", *[b""] * (MOST_FIELDS - 2)]
    assert pages.client.post("/all", data=b"&".join(fields), content_type=URL_ENCODED).text == "tea"
    assert sends(pages, "/all", b"&".join([*fields, b""])) == (413, False)
    parts = {f"field{number}": "x" for number in range(MOST_FIELDS + 1)}
    reply = pages.client.post("/all", data=parts, content_type="multipart/form-data")
    assert reply.status_code == 413


def test_a_form_with_too_many_characters_is_refused(pages: Visitor) -> None:
    form = {"csrf_token": pages.token("/sign-in")}
    room = MOST_TYPED - sum(map(len, (*form, *form.values()))) - len("words")
    assert pages.client.post("/all", data={**form, "words": "x" * room}).status_code == 200
    assert pages.client.post("/all", data={**form, "words": "x" * (room + 1)}).status_code == 413
    assert pages.client.post("/all", data={**form, "words": "x" * room, "y": ""}).status_code == 413


def test_a_url_that_is_too_long_is_refused(pages: Visitor) -> None:
    for path in ("/all", "/nowhere"):
        query = "a" * (LONGEST_ADDRESS - len(path) - 1)
        assert pages.client.get(f"{path}?{query}").status_code in (200, 404)
        assert pages.client.get(f"{path}?{query}a").status_code == 414


def test_an_overlong_return_path_in_a_form_is_ignored() -> None:
    path = "/" + "a" * (LONGEST_PATH - 1)
    assert local_path(path) == path and local_path(f"{path}a") == ""
