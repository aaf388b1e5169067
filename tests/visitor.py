"""A browser without JavaScript that opens pages, fills in forms and checks every page."""

import functools
import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pyotp
from flask import Flask
from werkzeug.test import TestResponse

from tests.once import once

if TYPE_CHECKING:
    from tests.cast import Cast
from tests.people import Somebody

PLEASE_CHECK = ("Please check: ", "Gwiriwch, os gwelwch yn dda: ")
NEUTRAL_TITLE = re.compile(r"<title>(?:[^<]*\bCompanion|Notes)</title>")


@dataclass(frozen=True)
class Page:
    """A response, and the text of its page."""

    status: int
    path: str
    text: str
    headers: dict[str, str]

    def __contains__(self, words: str) -> bool:
        return words in self._source or words in self._words

    @functools.cached_property
    def _source(self) -> str:
        return html.unescape(self.text).replace("\N{NO-BREAK SPACE}", " ")

    @functools.cached_property
    def _words(self) -> str:
        return html.unescape(re.sub(r"<[^>]+>", " ", self.text))

    def field(self, name: str) -> str:
        """Return the value of the first field with this name on the page."""
        found = re.search(rf'name="{re.escape(name)}" value="([^"]*)"', self.text)
        assert found, f"no field {name} on {self.path}"
        return html.unescape(found[1])


class Visitor:
    """A browser without JavaScript, and its cookies."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()

    def get(self, path: str, **headers: str) -> Page:
        """Open a page, following any redirects."""
        return self._page(self.client.get(path, headers=headers, follow_redirects=True))

    def post(
        self, path: str, fields: dict[str, object] | None = None, *, of: str = "", **headers: str
    ) -> Page:
        """Send a form to the URL ``path``, and follow any redirects. ``of`` is the URL of the page to take
        the CSRF token from, if not ``path``.
        """
        token = self.token(of or path)
        response = self.client.post(
            path, data={"csrf_token": token, **(fields or {})}, headers=headers, follow_redirects=True
        )
        return self._page(response)

    def acknowledges(self) -> Page:
        """Say that the confidentiality statement, as it is shown now, has been read."""
        seen = self.get("/join/statement").field("seen")
        return self.post("/join/acknowledgement", {"seen": seen}, of="/join/statement")

    def token(self, path: str) -> str:
        """Return the CSRF token on this page."""
        found = re.search(
            r'name="csrf_token" value="([^"]+)"', self.client.get(path, follow_redirects=True).text
        )
        assert found, f"no token on {path}"
        return found[1]

    def sign_in(self, cast: "Cast", person: "Somebody") -> Page:
        """Sign in as this person, and open the page that follows."""
        page = self.get(self.comes_in(cast, person))
        assert page.status == 200, page.text
        return page

    def comes_in(self, cast: "Cast", person: "Somebody") -> str:
        """Sign in as ``signs_in`` does, and return the URL to which the portal redirects.

        If this person has already signed in to another portal with the same data, reuse the cookies from
        there.
        """
        if self.client._cookies:
            return self.signs_in(cast, person)

        def signs_in() -> tuple[str, dict[Any, Any]]:
            return self.signs_in(cast, person), dict(self.client._cookies)

        app = self.client.application
        what = (app.secret_key, app.config["SESSION_COOKIE_NAME"], cast.now, person.sign_in_name)
        to, cookies = once(cast.store, what, signs_in, person.viewer.account_id)
        self.client._cookies.update(cookies)
        return to

    def signs_in(self, cast: "Cast", person: "Somebody") -> str:
        """Sign in, with the second step if there is one.

        Return the URL to which the portal redirects after signing in.
        """
        to = self._leads("/sign-in", sign_in_name=person.sign_in_name, passphrase=person.passphrase)
        if person.totp_secret:
            to = self._leads(
                "/second-factor", code=pyotp.TOTP(person.totp_secret).at(int(cast.now.timestamp()))
            )
        return to

    def _leads(self, path: str, **fields: str) -> str:
        reply = self.client.post(path, data={"csrf_token": self.token(path), **fields})
        assert reply.status_code == 303, reply.text
        return str(reply.location)

    def _page(self, response: TestResponse) -> Page:
        text = response.get_data(as_text=True)
        page = Page(response.status_code, urlsplit(response.request.url).path, text, dict(response.headers))
        if response.mimetype == "text/html":
            assert NEUTRAL_TITLE.search(text), f"the title of {page.path} is not neutral"
            policy = page.headers["Content-Security-Policy"]
            assert policy.startswith("default-src 'none'")
            assert "unsafe" not in policy
            assert not re.search(r"<[^>]+\sstyle=|<script(?![^>]*\ssrc=)", text), (
                f"inline code on {page.path}"
            )
            says_what_is_wrong(page)
            says_it_first(page)
            if text.startswith("<!doctype") and 'class="top"' in text:
                assert re.search(r'<a href="(?:/[a-z]+)?/accessibility"', text), (
                    f"no statement from {page.path}"
                )
            # a real server's response doesn't list earlier redirects
            if led := getattr(response, "history", ()):
                is_not_led_past(page, led[-1].location)
        return page


def says_what_is_wrong(page: Page) -> None:
    """Check that a page shows its errors correctly.

    Every field with an error must refer to its error message. The error summary must have the keyboard focus
    and link to every field with an error. Every line of the error summary must name a field. Only a
    conversation page may show an error without an error summary.
    """
    tags = re.findall(r"<[a-z][^>]*>", page.text)
    by_id = {found[1]: tag for tag in tags if (found := re.search(r' id="([^"]+)"', tag))}
    wrong = [tag for tag in tags if 'aria-invalid="true"' in tag]

    def is_told(tag: str) -> bool:
        told = re.search(r'aria-describedby="([^"]*)"', tag)
        return bool(told) and any('class="wrong' in by_id.get(each, "") for each in told[1].split())

    groups = [tag for tag in tags if tag.startswith("<fieldset") or 'role="group"' in tag]
    for tag in wrong:
        assert is_told(tag) or any(map(is_told, groups)), f"{tag} on {page.path} says nothing"
    summaries = [tag for tag in tags if re.search(r'class="summary[ "]', tag)]
    assert all(re.search(r'tabindex="-1".* autofocus', tag) for tag in summaries), summaries
    for tag in wrong if not summaries else ():
        assert 'role="log"' in page.text, f"{tag} has no summary on {page.path}"
    for part in re.findall(r'<div class="summary".*?</div>', page.text, re.DOTALL):
        lines = re.findall(r'<a href="#([^"]+)">(.*?)</a>', part, re.DOTALL)
        for place, line in lines:
            assert place in by_id, f"the summary of {page.path} leads nowhere: {place}"
            assert re.match(r"<b>[^<]+</b> \S", line), f"the summary of {page.path} does not name {place}"
        said = [line for _place, line in lines]
        assert len(set(said)) == len(said), f"the summary of {page.path} says the same twice: {said}"


def says_it_first(page: Page) -> None:
    """Check that a page's error or confirmation message has the alert role, a name and the keyboard focus.

    If a form was refused, the page's title must say that something has to be corrected. Screen readers don't
    speak a live region on a page that has just loaded.
    """
    tags = re.findall(r"<[a-z][^>]*>", page.text)
    ids = {found[1] for tag in tags if (found := re.search(r' id="([^"]+)"', tag))}
    assert not re.search(r'role="status"[^>]*>\s*[^<\s]', page.text), (
        f"nobody hears the status on {page.path}"
    )
    first = [tag for tag in tags if 'role="alert"' in tag and " hidden" not in tag]
    for tag in first:
        told = re.findall(r' aria-(?:labelledby|describedby)="([^"]*)"', tag)
        assert " aria-labelledby=" in tag and ids >= set(" ".join(told).split()), f"{tag} on {page.path}"
        assert 'tabindex="-1"' in tag, f"{tag} takes no focus on {page.path}"
    focused = [tag for tag in tags if " autofocus" in tag]
    assert len(focused) <= 1, f"two take the focus on {page.path}: {focused}"
    assert not first or focused, f"nothing takes the focus on {page.path}: {first}"
    if re.search(r'class="(?:summary|notice other|notice problem)[ "][^>]*role|data-refused>', page.text):
        assert focused[0] in first, f"{focused} hides what is wrong on {page.path}"
    refused = any(tag.endswith(" data-refused>") for tag in tags)
    title = re.search(r"<title>([^<]*)</title>", page.text)
    assert title and refused == title[1].startswith(PLEASE_CHECK), f"the title of {page.path}: {title}"
    if page.status in (409, 422, 429):
        assert focused and focused[0] in first, f"nobody hears that {page.path} was refused"


def is_not_led_past(page: Page, location: str) -> None:
    """Check that a redirect leads to the confirmation message on the next page.

    Don't add a #fragment for another element, or the focus would leave the confirmation message.
    """
    if ' id="told"' in page.text:
        assert urlsplit(location).fragment in ("", "told"), f"{location} leads past what {page.path} tells"
