"""Test every page's headers and cookies, and the public help page."""

import dataclasses
import html
import re
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from companion import create_app
from companion.config import Settings
from tests.cast import Cast
from tests.pages import is_well_formed
from tests.security.for_whom import ANYBODY, WHOM, address, opens, rules
from tests.security.things import FILLED_IN, browsers, own
from tests.visitor import Visitor

__all__ = ["browsers", "own"]  # the tests below use these fixtures

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self' https://www.bbc.co.uk; base-uri 'none'; frame-ancestors 'none'"
)
ALWAYS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "X-Robots-Tag": "noindex",
}
FOR_OTHER_SITES = {"Cross-Origin-Resource-Policy": "cross-origin"}
SLIPS = {
    *("practitioner.new_participant", "admin.new_staff", "lead.approve_staff"),
    *("participant.tell", "participant.about_practitioner"),
}
"""POST requests that return a page instead of a redirect."""
NOT_YET = {
    *("participant.evaluation_check", "practitioner.agreed", "practitioner.shared_screen"),
    *("lead.reset", "admin.reset", "practitioner.next_in_queue"),
}
"""Pages that redirect if they have nothing to show."""
TYPED_INTO = re.compile(r'<textarea[^>]*>|<input(?![^>]* type="(?:hidden|radio|checkbox|date|time)")[^>]*>')
MAY_BE_KEPT = re.compile(
    r' autocomplete="(?:off|username|current-password|new-password|one-time-code|email)"'
)
"""The autocomplete values that a field may have. Only a password manager may store passphrases and names."""
CACHED = {"static", "public.help", "public.help_json", "public.accessibility"}


def guards(reply: TestResponse, *, cached: bool = False) -> None:
    """Check that the response has every protective header."""
    expected = ALWAYS | (FOR_OTHER_SITES if reply.request.path == "/help.json" else {})
    assert {name: reply.headers.get(name) for name in ALWAYS} == expected, reply.request.path
    assert cached or reply.headers["Cache-Control"] == "no-store", reply.request.path
    assert "Server" not in reply.headers and "X-Powered-By" not in reply.headers


def keeps_no_typing(reply: TestResponse) -> None:
    """Check that no field lets the browser store typed text.

    By default, Chromium writes typed text into its profile.
    """
    for field in TYPED_INTO.findall(reply.text):
        assert MAY_BE_KEPT.search(field), f"{reply.request.path}: {field}"


def test_every_page_of_every_role_has_the_protective_headers(
    app: Flask, browsers: dict[str, Visitor], own: dict[str, Any]
) -> None:
    for role, browser in browsers.items():
        for rule in rules(app, "GET"):
            reply = browser.client.get(address(app, rule, own, role))
            guards(reply, cached=rule.endpoint in CACHED)
            keeps_no_typing(reply)
            if reply.mimetype == "text/html" and reply.status_code != 204:
                is_well_formed(reply.data, reply.request.path)
            if opens(rule, role) and WHOM[rule.endpoint] != ANYBODY:
                assert reply.status_code in (200, 204) or rule.endpoint in NOT_YET, rule


def test_every_link_on_every_page_leads_to_an_existing_page(
    app: Flask, browsers: dict[str, Visitor], own: dict[str, Any]
) -> None:
    broken = set()
    for role, browser in browsers.items():
        form = {**FILLED_IN, "role": "administrator", "csrf_token": browser.token("/account")}
        pages = [
            browser.client.get(address(app, rule, own, role))
            for rule in rules(app, "GET")
            if opens(rule, role)
        ]
        slips = [rule for rule in rules(app, "POST") if rule.endpoint in SLIPS and opens(rule, role)]
        pages += [browser.client.post(address(app, rule, own, role), data=form) for rule in slips]
        links = {
            html.unescape(link): page.request.path
            for page in pages
            for link in re.findall(r'<a [^>]*href="([^"#]+)', page.text)
        }
        for to, where in links.items():
            if to.startswith(("tel:", "sms:", "https:", "mailto:")):
                continue
            if not to.startswith("/") or browser.client.get(to).status_code not in (200, 302):
                broken.add(f"{where}: {to}")
    assert broken == set()


def test_error_pages_also_have_the_protective_headers(
    app: Flask, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(**_: object) -> str:
        raise RuntimeError("a fault of ours")

    monkeypatch.setitem(app.view_functions, "account.join", fails)
    fails.rule = app.view_functions["account.sign_in"].rule  # type: ignore[attr-defined]  # access.py adds this attribute
    replies = {
        404: visitor.client.get("/nowhere"),
        405: visitor.client.get("/leave"),
        400: visitor.client.post("/sign-in"),
        401: visitor.client.post("/sign-out", data={"csrf_token": visitor.token("/sign-in")}),
        413: visitor.client.post("/sign-in", data={"passphrase": "x" * 2_000_000}),
        500: visitor.client.get("/join"),
        303: visitor.client.post("/leave"),
    }
    for status, reply in replies.items():
        assert reply.status_code == status
        guards(reply)


@pytest.mark.parametrize("path", ["/help", "/en/help"])
def test_the_help_page_is_small_and_the_same_for_everybody(path: str, app: Flask, enter: Any) -> None:
    plain, signed_in = Visitor(app).client.get(path), enter.sam.client.get(path)
    assert signed_in.data == plain.data
    for reply in (plain, signed_in):
        guards(reply, cached=True)
        assert reply.status_code == 200 and len(reply.data) < 10_000
        assert "Set-Cookie" not in reply.headers and "Cookie" not in reply.headers.get("Vary", "")
        assert reply.cache_control.public and 0 <= int(reply.cache_control.max_age or -1) <= 60


def test_the_help_page_needs_no_database(
    app: Flask, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(app.extensions, "store")
    assert visitor.client.get("/help").status_code == 200


def cookies_of(app: Flask, **environment: str) -> TestResponse:
    return app.test_client().get("/sign-in", environ_overrides=environment)


def test_the_session_cookie_has_the_right_attributes_on_the_loopback_address(
    app: Flask, settings: Settings
) -> None:
    for each in (app, create_app(dataclasses.replace(settings, mode="demo"))):
        (cookie,) = cookies_of(each).headers.getlist("Set-Cookie")
        assert cookie.startswith("companion=")
        assert set(cookie.split("; ")[1:]) == {"HttpOnly", "Path=/", "SameSite=Lax"}
        assert "Strict-Transport-Security" not in cookies_of(each).headers


def test_the_session_cookie_is_secure_behind_tls(settings: Settings) -> None:
    serving = create_app(dataclasses.replace(settings, mode="serve"))
    for scheme in ("http", "https"):  # the proxy itself connects to the service without TLS
        reply = cookies_of(serving, HTTP_X_FORWARDED_PROTO=scheme)
        (cookie,) = reply.headers.getlist("Set-Cookie")
        assert cookie.startswith("__Host-companion=")
        assert set(cookie.split("; ")[1:]) == {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"}
        assert reply.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
        guards(reply)


def test_forms_sent_through_a_proxy_are_accepted_only_from_the_public_origin(settings: Settings) -> None:
    client = create_app(dataclasses.replace(settings, mode="serve")).test_client()
    proxy = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "portal.example"}
    assert client.post("/leave", headers={**proxy, "Origin": "https://portal.example"}).status_code == 303
    assert client.post("/leave", headers={**proxy, "Origin": "https://elsewhere.example"}).status_code == 400


def test_the_session_cookie_is_signed_with_sha_256(app: Flask) -> None:
    signer = app.session_interface.get_signing_serializer(app).make_signer()  # type: ignore[attr-defined]  # Flask's default interface has this method
    assert signer.digest_method().name == "sha256"


def test_the_session_cookie_does_not_reveal_whose_it_is(app: Flask, enter: Any, cast: Cast) -> None:
    cookie = enter.sam.client.get_cookie("companion").value
    said = app.session_interface.get_signing_serializer(app).loads(cookie)  # type: ignore[attr-defined]  # Flask's default interface has this method
    for secret in (
        cast.sam.passphrase,
        cast.sam.sign_in_name,
        cast.sam.viewer.name,
        str(cast.sam.viewer.account_id),
    ):
        assert secret.lower() not in repr(said).lower()
