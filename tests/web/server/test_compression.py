"""Test which responses are compressed. Test that a file's URL contains the file's hash."""

import gzip
import json
import re
from pathlib import Path
from types import SimpleNamespace

import brotli
import pytest
from flask import Flask, url_for
from werkzeug.test import TestResponse

from companion.web.server.assets import FOREVER, LEFT_OUT
from tests.cast import Cast
from tests.visitor import Visitor

STATIC = Path(__file__).parents[3] / "static"
UNPACK = {"gzip": gzip.decompress, "br": brotli.decompress, None: bytes}
OURS = {"Sec-Fetch-Site": "same-origin", "Accept-Encoding": "gzip, deflate, br, zstd"}
TAKEN = {
    "gzip, deflate, br, zstd": "br",
    "gzip": "gzip",
    "br;q=0, gzip": "gzip",
    "": None,
    "gzip;q=0": None,
    "zstd": None,
}
"""The ``Content-Encoding`` expected for a response, by ``Accept-Encoding`` header."""
ASKED_BY = {"same-origin": "br", "none": "br", "same-site": None, "cross-site": None, "": None}
"""The ``Content-Encoding`` expected for a private page, by ``Sec-Fetch-Site`` header."""
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


def read(reply: TestResponse) -> bytes:
    return UNPACK[reply.headers.get("Content-Encoding")](reply.data)


def address(app: Flask, name: str) -> str:
    with app.test_request_context():
        return url_for("static", filename=name)


def test_responses_are_compressed_only_with_encodings_that_the_browser_accepts(
    app: Flask, enter: SimpleNamespace
) -> None:
    client, token = enter.sam.client, re.compile(rb'"csrf_token" value="[^"]*"')
    for path in ("/help", "/account", address(app, "css/companion.css")):
        plain = client.get(path)
        for accepted, encoding in TAKEN.items():
            reply = client.get(path, headers={**OURS, "Accept-Encoding": accepted})
            assert reply.headers.get("Content-Encoding") == encoding, (path, accepted)
            assert token.sub(b"", read(reply)) == token.sub(b"", plain.data)
            assert int(reply.headers["Content-Length"]) == len(reply.data)
            assert encoding is None or len(reply.data) < len(plain.data) / 2


def test_private_pages_are_not_compressed_if_another_site_requests_them(
    visitor: Visitor, enter: SimpleNamespace
) -> None:
    for path, role in (("/my/", enter.sam), ("/sign-in", visitor), ("/nowhere", enter.sam)):
        for site, encoding in ASKED_BY.items():
            asked = {"Accept-Encoding": "br"} | ({"Sec-Fetch-Site": site} if site else {})
            assert role.client.get(path, headers=asked).headers.get("Content-Encoding") == encoding, (
                path,
                site,
            )
            assert visitor.client.get("/help", headers=asked).headers["Content-Encoding"] == "br"


def test_compressed_and_uncompressed_responses_have_different_etags(app: Flask, visitor: Visitor) -> None:
    for path in ("/help", "/help.json", address(app, "js/leave.js")):
        plain, packed = visitor.client.get(path), visitor.client.get(path, headers=OURS)
        assert "Accept-Encoding" in plain.headers["Vary"] and "Accept-Encoding" in packed.headers["Vary"]
        assert packed.headers["ETag"] != plain.headers["ETag"]
        again = visitor.client.get(path, headers={**OURS, "If-None-Match": packed.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")


def test_only_a_file_with_a_hash_in_its_url_is_cached_forever(app: Flask, visitor: Visitor) -> None:
    """During an update, a page may request a file from another version."""
    path = address(app, "css/companion.css")
    assert visitor.client.get(path).headers["Cache-Control"] == FOREVER
    for other in (path[:-8] + "00000000", path.partition("?")[0]):
        assert visitor.client.get(other).headers["Cache-Control"] == "public, no-cache"
    for nothing in ("css", "css/none.css", "js/draft.xx.js", "js/leave.cy.js", "../wsgi.py", "js/none.en.js"):
        assert visitor.client.get(f"/static/{nothing}").status_code == 404, nothing


@pytest.mark.parametrize("path", sorted(STATIC.rglob("*.css")), ids=lambda path: path.name)
def test_only_comments_and_indentation_are_removed_from_stylesheets(path: Path) -> None:
    source = path.read_text()
    sent = LEFT_OUT.sub("", source)
    assert COMMENT.search(sent) is None
    assert re.sub(r"\s", "", sent) == re.sub(r"\s", "", COMMENT.sub("", source))


@pytest.mark.parametrize("path", sorted(STATIC.rglob("*.js")), ids=lambda path: path.name)
def test_a_served_script_differs_from_its_file_only_by_its_translated_messages(
    app: Flask, visitor: Visitor, path: Path
) -> None:
    sent = visitor.client.get(address(app, f"js/{path.name}")).text
    assert sent.endswith(path.read_text())


@pytest.mark.parametrize("script", ["draft", "idle"])
def test_the_text_in_a_script_is_in_the_language_of_the_page(
    app: Flask, enter: SimpleNamespace, cast: Cast, script: str
) -> None:
    piece = cast.priya.sets(cast.sam, "a-week-of-choices")
    said = {}
    for code in ("en", "cy"):
        enter.sam.post("/language", {"language": code, "page": "/account"}, of="/account")
        page = enter.sam.get(f"/my/work/{piece}")
        source = re.search(rf'src="(/static/js/{script}\.{code}\.js\?v=[0-9a-f]{{8}})"', page.text)
        assert source
        reply = enter.sam.client.get(source[1])
        assert reply.headers["Cache-Control"] == FOREVER and reply.headers["Vary"] == "Accept-Encoding"
        assert reply.data == Visitor(app).client.get(source[1]).data, "it is not the same for everybody"
        words, _, rest = reply.text.partition("\n};\n")
        said[code] = json.loads(words.removeprefix(f"const {script}Words = ") + "}")
        assert rest == (STATIC / f"js/{script}.js").read_text()
    assert said["en"].keys() == said["cy"].keys() and said["en"] != said["cy"]


def test_a_redirect_has_no_body(visitor: Visitor) -> None:
    reply = visitor.client.get("/my/")
    assert (reply.status_code, reply.data) == (302, b"") and reply.headers["Location"]
