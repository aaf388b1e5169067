"""The known-device cookie, which contains a random value.

All users of a browser share the cookie. The cookie alone can't sign anybody in.
"""

import re
import secrets

from flask import Response, after_this_request, request, session

from companion.domain.accounts.devices import KNOWN_FOR, DeviceKind, kind_of
from companion.services.accounts import my_sessions
from companion.services.accounts.my_sessions import ArrivedOn
from companion.store.accounts.sessions import SignedIn
from companion.web.gate import clock, current


def mark() -> str:
    """Return the browser's known-device cookie, or an empty string."""
    found = request.cookies.get(_name(), "")
    return found if re.fullmatch(r"[A-Za-z0-9_-]{43}", found) else ""


def kind() -> DeviceKind:
    """Return the kind of device that the browser says it runs on."""
    return kind_of(request.headers.get("User-Agent", ""))


def arrived(signed_in: SignedIn, *, own: bool) -> None:
    """Record that somebody has signed in on the browser's device.

    People can tick *This is my own device* before the second sign-in step. Until the second step is complete,
    the session cookie remembers that somebody ticked *This is my own device*.
    """
    own = own or session.pop("own_device", False)
    left = mark_or_new()
    if my_sessions.arrive(current.store(), signed_in, ArrivedOn(kind(), left, own=own), clock.now()):
        leave(left)
    elif own:
        session["own_device"] = True


def mark_or_new() -> str:
    """Return the browser's known-device cookie, or a new value."""
    return mark() or secrets.token_urlsafe(32)


def leave(left: str) -> None:
    """Set the known-device cookie in this browser.

    The cookie lasts for ``KNOWN_FOR``, as long as Companion remembers an unused device.
    """

    @after_this_request
    def set_it(response: Response) -> Response:
        secure = current.settings().secure_cookies
        response.set_cookie(
            _name(), left, max_age=KNOWN_FOR, path="/", secure=secure, httponly=True, samesite="Strict"
        )
        return response


def take_away() -> None:
    """Remove the known-device cookie from this browser."""

    @after_this_request
    def delete_it(response: Response) -> Response:
        secure = current.settings().secure_cookies
        response.delete_cookie(_name(), path="/", secure=secure, httponly=True, samesite="Strict")
        return response


def _name() -> str:
    return "__Host-companion-device" if current.settings().secure_cookies else "companion-device"
