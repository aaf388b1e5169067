"""Requests that no page of ours sends: never a fault of ours, never out of this site, nothing done by halves."""

import io
import json
import re
from types import SimpleNamespace
from urllib.parse import quote, urlencode, urlsplit

import pyotp
import pytest
from flask import Flask
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from companion.store.base import Store
from tests.cast import Cast
from tests.conftest import Clock
from tests.security.test_gates import FILLED_IN, rules, stored
from tests.visitor import Page, Visitor
from tests.web.test_bad_input import FORMS, REFUSING, Fields, Form, browser_of, no_limits, places, typed

__all__ = ["no_limits", "places"]  # fixtures

CONVERSATION = {
    "prompt": "the-week",
    "answer": "6",
    "seen": "0",
    "draft_seen": "0",
    "tab": "one",
    "way": "answered",
}
EVERY_FORM = FORMS | {
    where: Form("sam", "{work}", f"{{work}}/{where}", CONVERSATION | {"then": "typing"}, {})
    for where in ("answers", "draft", "submission")
}
SPOILT = {
    "/join/account": {"sign_in_name": "x", "passphrase": "short"},
    "{review}/release": {"words": "x" * 5001, "comment-": "x" * 5001},
    "{review}/return": {"words": "x" * 5001, "comment-": "x" * 5001},
}
"""What keeps a form from succeeding, where success would end the matter."""
HOSTILE = [
    *(
        "",
        "   ",
        "\x00",
        "a\x00b",
        "\ud800",
        "a\udfffb",
        "\u202e\u200f\u2066",
        "😀👩‍👩‍👧",
        "\ufffe\uffff",
        "\x85\u2028",
    ),
    *(
        "x" * 20_000,
        "x" * 120_000,
        "-1",
        "9" * 5000,
        "1e9",
        "٣",
        "null",
        "[]",
        "../../etc/passwd",
        "%00%0d%0a",
    ),
    *("<script>x</script>", "' OR 1=1 --", "{{ 7 * 7 }}", "%s%n%(name)s", "\r\nSet-Cookie: x=1"),
]
NEXT = [
    *("//elsewhere.example", "///elsewhere.example", "/\\elsewhere.example", "\\\\elsewhere.example"),
    *(
        "https://elsewhere.example",
        "https:elsewhere.example",
        "http:///elsewhere.example",
        "javascript:alert(1)",
    ),
    *("/\t/elsewhere.example", "/\n/elsewhere.example", " //elsewhere.example", "\x00//elsewhere.example"),
    *(
        "//[",
        "http://[",
        "//[::1",
        "//a℀.example",
        "/ok\r\nSet-Cookie: x=1",
        "\ud800",
        "elsewhere",
        "",
        "?",
        "#",
    ),
]
BAD_IDS = [
    "not-an-id",
    "0",
    "-1",
    "00000000-0000-0000-0000-000000000000",
    "x" * 5000,
    "%00",
    "%ED%A0%80",
    "..",
    "%2e%2e",
]


@pytest.fixture
def form(request: pytest.FixtureRequest, app: Flask, enter: SimpleNamespace, places: Fields) -> "Filled":
    return Filled(EVERY_FORM[request.param], app, enter, places)


class Filled:
    """A form in the browser of the one whose it is."""

    def __init__(self, form: Form, app: Flask, enter: SimpleNamespace, places: Fields) -> None:
        self.browser = browser_of(form.who, app, enter, places)
        self.action = form.action.format(**places)
        self.token = self.browser.token(form.page.format(**places))
        self.right = typed(form.right, places)
        self.others = {**self.right, **SPOILT.get(form.action, {})}

    def sends(self, pairs: list[tuple[str, str]]) -> int:
        body = urlencode([("csrf_token", self.token), *pairs], encoding="utf-8", errors="surrogatepass")
        kind = "application/x-www-form-urlencoded"
        return self.browser.client.post(self.action, data=body, content_type=kind).status_code


every_form = pytest.mark.parametrize("form", EVERY_FORM, indirect=True)


@pytest.mark.usefixtures("no_limits")
@every_form
def test_no_field_breaks_a_form(form: Filled) -> None:
    broken = []
    for name in form.right:
        others = [(other, text) for other, text in form.others.items() if other != name]
        sent = [(f"{name}={text[:9]!r}", [*others, (name, text)]) for text in HOSTILE]
        sent += [(f"{name} missing", others), (f"{name}[]", [*others, (f"{name}[]", "x")])]
        sent += [(f"{name} twice", [*others, (name, "x"), (name, form.right[name])])]
        broken += [
            (what, status)
            for what, pairs in sent
            if (status := form.sends(pairs)) not in (200, 303, 409, 422)
        ]
    assert broken == []


@pytest.mark.usefixtures("no_limits")
@every_form
def test_what_is_no_form_is_refused(form: Filled, store: Store) -> None:
    before = stored(store, *REFUSING)
    fields = {**form.right, "csrf_token": form.token}
    sent = [
        (json.dumps(fields).encode(), "application/json"),
        (urlencode(fields).encode(), "text/plain"),
        (urlencode(fields).encode(), "application/octet-stream"),
        (urlencode(fields).encode(), "multipart/form-data"),
        (b"--b\r\nContent-Disposition: form-data\r\n\r\n", "multipart/form-data; boundary=b"),
        (b"csrf_token=\xff&answer=\xff\xfe", "application/x-www-form-urlencoded"),
        (
            encode_multipart({name: FileStorage(io.BytesIO(b"\xff"), "a.jpg") for name in form.right}, "b")[
                1
            ],
            "multipart/form-data; boundary=b",
        ),
        (b"", ""),
    ]
    for data, kind in sent:
        for headers in ({}, {"X-CSRFToken": form.token}):
            reply = form.browser.client.post(form.action, data=data, content_type=kind, headers=headers)
            assert reply.status_code in ((303, 409, 422) if headers else (400,)), (kind, headers)
    assert stored(store, *REFUSING) == before


@every_form
def test_what_is_much_too_large_is_said_to_be(form: Filled, store: Store) -> None:
    before = stored(store)
    for body in (urlencode({"csrf_token": form.token, "answer": "x" * 500_000}), "&".join(["x=1"] * 150_000)):
        kind = "application/x-www-form-urlencoded"
        reply = form.browser.client.post(form.action, data=body, content_type=kind)
        assert reply.status_code == 413
        assert "longer than Companion can take in one go" in Page(413, "", reply.text, {})
    assert stored(store) == before


def test_no_address_breaks_a_page(app: Flask, enter: SimpleNamespace) -> None:
    people = {"participant": enter.sam, "practitioner": enter.priya, "lead": enter.margaret}
    for method in ("GET", "POST"):
        for rule in rules(app, method):
            browser = people.get(rule.endpoint.split(".")[0])
            for bad in BAD_IDS if browser and rule.arguments else ():
                path = re.sub(r"<[^>]+>", bad, rule.rule)
                reply = browser.client.open(
                    path, method=method, data={"csrf_token": browser.token("/account")}
                )
                assert reply.status_code in (302, 308, 404, 405), (method, path)
    for odd in (
        "/%ff",
        "/my/%00",
        "/help/..",
        "/static/../wsgi.py",
        "/static/%2e%2e/wsgi.py",
        "/cy/help",
        "/xx/help",
    ):
        assert enter.sam.client.get(odd).status_code == 404, odd


@pytest.mark.parametrize(
    "query", ["%ff", "a=%00", "change=%ED%A0%80", "change=%00", "next=//[", "x" * 5000, "a&a&=&&"]
)
def test_no_query_breaks_a_page(query: str, places: Fields, visitor: Visitor, enter: SimpleNamespace) -> None:
    for path in ("/", "/sign-in", "/help", "/join"):
        assert visitor.client.get(f"{path}?{query}").status_code in (200, 302)
    for path in ("/my/", places["work"], f"{places['work']}/pause", "/account"):
        assert enter.sam.client.get(f"{path}?{query}").status_code == 200
        sent_away = visitor.client.get(f"{path}?{query}")
        assert sent_away.status_code == 302 and sent_away.location.startswith("/sign-in?next=")
        assert visitor.client.get(sent_away.location).status_code == 200


@pytest.mark.parametrize("wanted", NEXT)
def test_after_signing_in_nobody_is_led_out_of_this_site(wanted: str, visitor: Visitor, cast: Cast) -> None:
    written = quote(wanted, errors="surrogatepass")
    for person, start in ((cast.sam, "/my/"), (cast.priya, "/second-factor")):
        visitor.client.delete_cookie("companion")
        page = visitor.client.get(f"/sign-in?next={written}")
        assert page.status_code == 200
        way_in = {"sign_in_name": person.sign_in_name, "passphrase": person.passphrase, "next": wanted}
        token = visitor.token("/sign-in")
        body = urlencode({**way_in, "csrf_token": token}, errors="surrogatepass")
        kind = "application/x-www-form-urlencoded"
        reply = visitor.client.post(f"/sign-in?next={written}", data=body, content_type=kind)
        assert reply.status_code == 303 and urlsplit(reply.location).path == start, reply.location
        assert "Set-Cookie: x" not in str(reply.headers) or "%0D%0A" in reply.location
    fields = {"code": pyotp.TOTP(cast.priya.totp_secret).at(int(cast.now.timestamp())), "next": wanted}
    body = urlencode({**fields, "csrf_token": visitor.token("/second-factor")}, errors="surrogatepass")
    reply = visitor.client.post("/second-factor", data=body, content_type=kind)
    assert reply.status_code == 303 and reply.location == "/caseload"


@pytest.mark.parametrize(
    "before", ["http://[", "//[", "https://elsewhere.example/caseload", "", "about:blank", "x" * 9000]
)
def test_a_locked_form_comes_from_anywhere(before: str, enter: SimpleNamespace, clock: Clock) -> None:
    token = enter.priya.token("/caseload/new")
    clock.forward(minutes=30)
    form = {"csrf_token": token, "name": "Robin \x00 the second", "day": "\ud7ff"}
    reply = enter.priya.client.post("/caseload/new", data=form, headers={"Referer": before})
    assert reply.status_code in (302, 303) and reply.location == "/sign-in?next=/"


@pytest.mark.parametrize("cookie", ["", "x", "x.y.z", "\x00", "é", "eyJfdXNlcl9pZCI6IngifQ.x.y", "x" * 9000])
def test_no_cookie_breaks_a_page(cookie: str, app: Flask) -> None:
    client = app.test_client()
    for path in ("/sign-in", "/help", "/join"):
        assert client.get(path, headers={"Cookie": f"companion={cookie}"}).status_code == 200
    assert client.get("/my/", headers={"Cookie": f"companion={cookie}"}).status_code == 302
    assert client.post("/leave", headers={"Cookie": f"companion={cookie}"}).status_code == 303


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "x" * 40])
def test_no_other_method_is_taken(
    method: str, app: Flask, enter: SimpleNamespace, places: Fields, store: Store
) -> None:
    browser = enter.priya
    before = stored(store)
    for path in ("/sign-in", "/leave", "/caseload/new", places["work"], places["set"], "/nowhere"):
        assert browser.client.open(path, method=method, data={"name": "Robin"}).status_code in (
            400,
            404,
            405,
        )
    assert stored(store) == before


@pytest.mark.parametrize("case", ["used", "expired", "replaced", "in between"])
def test_a_joining_code_that_is_no_longer_good(
    case: str, app: Flask, cast: Cast, places: Fields, enter: SimpleNamespace, clock: Clock, store: Store
) -> None:
    code, sentence = places["kits_code"], "A code works once, for 7 days."
    way_in = {"sign_in_name": "kit", "passphrase": "green boots under the stairs"}
    browser = browser_of("joiner", app, enter, places)
    token = browser.token("/join/account")
    if case in ("used", "in between"):
        assert browser_of("joiner", app, enter, places).post("/join/account", way_in).path == "/my/"
    if case == "replaced":
        assert (
            enter.priya.post(f"{places['kit']}/invitation", {"word": "windmill"}, of=places["kit"]).status
            == 200
        )
    if case == "expired":
        clock.forward(days=7)
    before = stored(store, *REFUSING)
    page = Visitor(app).post("/join", {"code": code, "word": "lighthouse"})
    assert page.status == 422 and sentence in page
    # Somebody who had come through the door already meets the same at each further step.
    for path, method in (
        ("/join/statement", "GET"),
        ("/join/account", "GET"),
        ("/join/acknowledgement", "POST"),
    ):
        reply = browser.client.open(path, method=method, data={"csrf_token": token})
        assert reply.status_code == 422 and sentence in Page(422, path, reply.text, {})
    reply = browser.client.post("/join/account", data={**way_in, "csrf_token": token})
    assert reply.status_code == 422 and sentence in Page(422, "", reply.text, {})
    assert stored(store, *REFUSING) == before
