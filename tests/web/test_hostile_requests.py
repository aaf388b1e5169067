"""Test that hostile requests cause no internal error and no partial change."""

import io
import json
import re
from collections.abc import Iterator
from types import SimpleNamespace
from urllib.parse import quote, urlencode, urlsplit

import pyotp
import pytest
from flask import Flask
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from companion.store.base import Store
from tests.cast import Cast
from tests.fixtures import Clock
from tests.security.for_whom import rules
from tests.security.things import FILLED_IN
from tests.stored import stored
from tests.visitor import Page, Visitor
from tests.web.every_form.places import browser_of, no_limits, places
from tests.web.every_form.wrong import Fields
from tests.web.filled_forms import EVERY_FORM, FORM, NOTHING_TYPED, Filled, every_form
from tests.web.test_bad_input import REFUSING

__all__ = ["every_form", "no_limits", "places"]  # imported because they are fixtures
HOSTILE = [
    "",
    "\x00",
    "a\ud800",
    "\u202e\u200f",
    "😀",
    "x" * 20_000,
    "-1",
    "9" * 5000,
    "٣",
    "<b>{{ 7 }}%s",
    "\r\nX: y",
]
REFUSED_BY_DATABASES = ["\x00", "a\ud800", "9" * 5000]
ALSO_HOSTILE = [
    *(
        "   ",
        "a\x00b",
        "a\udfffb",
        "👩‍👩‍👧",
        "\ufffe\uffff",
        "\x85\u2028",
        "x" * 120_000,
        "1e9",
        "null",
        "[]",
        "½",
    ),
    *("../../etc/passwd", "%00%0d%0a", "<script>x</script>", "' OR 1=1 --", "{{ 7 * 7 }}", "%s%n%(name)s"),
]
"""Further hostile strings for use with ``--full``."""
ELSEWHERE = [
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
"""URLs that aren't paths on this site."""
NAMING = {"work", "question", "of", "submission", "from_message", "from_note"}
"""Form fields that contain the id of one of the participant's records.

If a field names a record that doesn't exist, the response's status is 404.
"""


def test_hostile_requests_are_tried_with_every_form(app: Flask, places: Fields) -> None:
    adapter = app.url_map.bind("localhost")
    paths = (form.action.format(**places) for form in EVERY_FORM.values())
    tried = {adapter.match(path, method="POST")[0] for path in paths}
    assert {rule.endpoint for rule in rules(app, "POST")} - tried == NOTHING_TYPED


def test_no_hostile_value_in_any_field_causes_an_internal_error(
    app: Flask, every_form: Iterator[Filled], request: pytest.FixtureRequest
) -> None:
    """By default, the test tries one fault for each field: the field has a hostile value, is missing, is
    misnamed or is sent twice. With ``--full``, each field is tested with every one of these faults and with
    every hostile string.

    No page may return a hostile string as markup. On PostgreSQL, each field is sent with a string that
    the database may refuse to store.
    """
    broken = []
    full, on_a_server = request.config.getoption("full"), request.config.getoption("database") != "sqlite"
    for form in every_form:
        for number, name in enumerate(form.names(app)):
            turn = number + len(form.name)
            texts = [*HOSTILE, *ALSO_HOSTILE] if full else [HOSTILE[turn % len(HOSTILE)]]
            others = [(other, text) for other, text in form.others.items() if other != name]
            sent = [(f"{name}={text[:9]!r}", [*others, (name, text)]) for text in texts]
            odd = [(f"{name} missing", others), (f"{name}[]", [*others, (f"{name}[]", "x")])]
            odd += [(f"{name} twice", [*others, (name, "x"), (name, form.right.get(name, ""))])]
            if full:
                sent += odd
            elif turn % 2:
                sent = [odd[turn // 2 % len(odd)]]
            if on_a_server and not full:
                text = REFUSED_BY_DATABASES[number % len(REFUSED_BY_DATABASES)]
                sent = [(f"{name}={text[:9]!r}", [*others, (name, text)])]
            for what, pairs in sent:
                reply = form.sends(form.encoded(pairs))
                fine = (200, 303, 409, 422) + (404,) * (name in NAMING)
                if reply.status_code not in fine or "<b>{{" in reply.text:
                    broken.append((form.name, what, reply.status_code))
    assert broken == []


def test_a_request_body_that_is_not_a_valid_form_is_refused(
    every_form: Iterator[Filled], store: Store, request: pytest.FixtureRequest
) -> None:
    """By default, each form is sent with one malformed body. With ``--full``, each form is sent with every
    malformed body.
    """
    wrong = []
    apart = 1 if request.config.getoption("full") else 8
    for number, form in enumerate(every_form):
        before = stored(store, *REFUSING)
        fields = {**form.right, "csrf_token": form.token}
        files = {name: FileStorage(io.BytesIO(b"\xff\xd8"), "picture.jpg") for name in form.right}
        no_forms = (
            (json.dumps(fields), "application/json"),
            (urlencode(fields), "text/plain"),
            (urlencode(fields), "application/octet-stream"),
            (urlencode(fields), "multipart/form-data"),
            ("--b\r\nContent-Disposition: form-data\r\n\r\n", "multipart/form-data; boundary=b"),
            (encode_multipart(files, "b")[1], "multipart/form-data; boundary=b"),
            (b"csrf_token=\xff&answer=\xff\xfe", FORM),
            (b"", ""),
        )
        for body, kind in no_forms[number % apart :: apart]:
            refused = form.sends(body, kind).status_code
            with_token = form.sends(body, kind, **{"X-CSRFToken": form.token}).status_code
            done = (200, 422) if form.name == "preview" else (303, 409, 422)
            if refused != 400 or with_token not in done:
                wrong.append((form.name, kind, refused, with_token))
        if stored(store, *REFUSING) != before:
            wrong.append((form.name, "something is stored"))
    assert wrong == []


def test_an_oversized_request_is_refused_with_a_reason(every_form: Iterator[Filled], store: Store) -> None:
    for form in every_form:
        before = stored(store)
        for body in (form.encoded([("answer", "x" * 2_000_000)]), "&".join(["x=1"] * 500_000)):
            reply = form.sends(body)
            assert reply.status_code == 413, form.name
            assert "too long for Companion to save in one go" in Page(413, "", reply.text, {})
        assert stored(store) == before


def test_an_invalid_id_in_a_url_causes_no_error(app: Flask, enter: SimpleNamespace) -> None:
    ids = (
        "not-an-id",
        "0",
        "-1",
        "00000000-0000-0000-0000-000000000000",
        "x" * 4000,
        "%00",
        "%ED%A0%80",
        "..",
        "%2e%2e",
    )
    people = {
        "participant": enter.sam,
        "practitioner": enter.priya,
        "groups": enter.priya,
        "lead": enter.margaret,
        "admin": enter.alex,
    }
    for method in ("GET", "POST"):
        for rule in rules(app, method):
            browser = people.get(rule.endpoint.split(".")[0])
            if browser is None or not rule.arguments:
                continue
            data = {**FILLED_IN, "csrf_token": browser.token("/account")}
            for bad in ids:
                path = re.sub(r"<[^>]+>", bad, rule.rule)
                reply = browser.client.open(path, method=method, data=data)
                assert reply.status_code in (302, 308, 404, 405), (method, path)
    for odd in ("/%ff", "/my/%00", "/static/../wsgi.py", "/static/%2e%2e/wsgi.py", "/xx/help", "/en-gb/help"):
        assert enter.sam.client.get(odd).status_code == 404, odd


def test_an_invalid_query_string_causes_no_error(
    places: Fields, visitor: Visitor, enter: SimpleNamespace
) -> None:
    for query in ("%ff", "a=%00", "change=%ED%A0%80", "change=%00", "next=//[", "x" * 5000, "a&a&=&&"):
        for path in ("/", "/sign-in", "/help", "/join"):
            assert visitor.client.get(f"{path}?{query}").status_code in (200, 302), (path, query)
        for path in ("/my/", places["work"], f"{places['work']}/pause", "/account"):
            assert enter.sam.client.get(f"{path}?{query}").status_code == 200
            sent_away = visitor.client.get(f"{path}?{query}")
            assert sent_away.status_code == 302 and sent_away.location.startswith("/sign-in?next=")
            assert visitor.client.get(sent_away.location).status_code == 200


def test_signing_in_never_redirects_to_another_site(visitor: Visitor, cast: Cast, clock: Clock) -> None:
    wrong = []
    totp = pyotp.TOTP(cast.priya.totp_secret)
    for wanted in ELSEWHERE:
        written = quote(wanted, errors="surrogatepass")
        steps = [
            (f"/sign-in?next={written}", {"sign_in_name": "sam", "passphrase": cast.sam.passphrase}, "/my/"),
            ("/sign-in", {"sign_in_name": "priya", "passphrase": cast.priya.passphrase}, "/second-factor"),
            ("/second-factor", {"code": totp.at(int(clock.now.timestamp()))}, "/caseload"),
        ]
        for path, fields, start in steps:
            shown = visitor.client.get(path)
            token = re.search(r'name="csrf_token" value="([^"]+)"', shown.text)
            form = {**fields, "next": wanted, "csrf_token": token[1] if token else ""}
            reply = visitor.client.post(path, data=urlencode(form, errors="surrogatepass"), content_type=FORM)
            if shown.status_code != 200 or reply.status_code != 303 or urlsplit(reply.location).path != start:
                wrong.append((path, wanted, shown.status_code, reply.status_code, reply.location))
            assert "\n" not in str(reply.headers.get("Location"))
            if start != "/second-factor":
                visitor.client.delete_cookie("companion")
        clock.forward(seconds=30)
    assert wrong == []


def test_a_form_from_a_locked_session_never_redirects_to_another_site(
    enter: SimpleNamespace, clock: Clock
) -> None:
    token = enter.priya.token("/caseload/new")
    clock.forward(minutes=30)
    for page in ELSEWHERE:
        form = {"csrf_token": token, "name": "Robin \x00 the second", "page": page}
        body = urlencode(form, errors="surrogatepass")
        reply = enter.priya.client.post("/caseload/new", data=body, content_type=FORM)
        assert reply.status_code in (302, 303) and reply.location == "/sign-in?next=/", page


def test_an_invalid_cookie_causes_no_error(app: Flask) -> None:
    client = app.test_client()
    for cookie in ("", "x", "x.y.z", "\x00", "é", "eyJfdXNlcl9pZCI6IngifQ.x.y", "x" * 9000):
        headers = {"Cookie": f"companion={cookie}"}
        for path in ("/sign-in", "/help", "/join"):
            assert client.get(path, headers=headers).status_code == 200, (path, cookie)
        assert client.get("/my/", headers=headers).status_code == 302
        assert client.post("/leave", headers=headers).status_code == 303


def test_methods_other_than_get_and_post_are_refused(
    enter: SimpleNamespace, places: Fields, store: Store
) -> None:
    browser = enter.priya
    before = stored(store)
    for method in ("PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "x" * 40):
        for path in ("/sign-in", "/leave", "/caseload/new", places["work"], places["set"], "/nowhere"):
            reply = browser.client.open(path, method=method, data={"name": "Robin"})
            assert reply.status_code in (400, 404, 405), (method, path)
    assert stored(store) == before


@pytest.mark.parametrize("case", ["used", "expired", "replaced"])
def test_a_used_expired_or_replaced_joining_code_is_refused(
    case: str, app: Flask, places: Fields, enter: SimpleNamespace, clock: Clock, store: Store
) -> None:
    way_in = {"sign_in_name": "kit", "passphrase": "green boots under the stairs"}
    browser = browser_of("joiner", app, enter, places)
    token = browser.token("/join/account")
    if case == "used":
        assert browser_of("joiner", app, enter, places).post("/join/account", way_in).path == "/my/"
    if case == "replaced":
        page = enter.priya.post(f"{places['kit']}/invitation", {"word": "windmill"}, of=places["kit"])
        assert page.status == 200
    if case == "expired":
        clock.forward(days=7)
    before = stored(store, *REFUSING)
    page = Visitor(app).post("/join", {"code": places["kits_code"], "word": "lighthouse"})
    assert page.status == 422 and "Each joining code only works once, and only for 7 days." in page
    # somebody who has already entered the slip's code is refused at every later step
    for path, fields in (
        ("/join/statement", None),
        ("/join/account", None),
        ("/join/acknowledgement", {}),
        ("/join/account", way_in),
    ):
        method = "GET" if fields is None else "POST"
        reply = browser.client.open(path, method=method, data={**(fields or {}), "csrf_token": token})
        if case == "expired":  # the code was entered too long ago
            assert reply.status_code in (302, 303) and reply.location == "/join"
            continue
        assert reply.status_code == 422, path
        assert "Each joining code only works once, and only for 7 days." in Page(422, path, reply.text, {})
    assert stored(store, *REFUSING) == before
