"""A known device's mark: a random cookie, the same for every user, that grants nothing."""

import re
import secrets

from flask import Response, after_this_request, request, session

from companion.domain.accounts.devices import KNOWN_FOR, DeviceKind, kind_of
from companion.services.accounts import my_sessions
from companion.services.accounts.my_sessions import ArrivedOn
from companion.store.accounts.sessions import SignedIn
from companion.web.gate import clock, current


def mark() -> str:
    """Return this browser's mark; empty if it has none."""
    found = request.cookies.get(_name(), "")
    return found if re.fullmatch(r"[A-Za-z0-9_-]{43}", found) else ""


def kind() -> DeviceKind:
    """Return what this browser says about itself."""
    return kind_of(request.headers.get("User-Agent", ""))


def arrived(signed_in: SignedIn, *, own: bool) -> None:
    """Record that somebody signed in here, and apply what they ticked before the second step."""
    own = own or session.pop("own_device", False)
    left = mark_or_new()
    if my_sessions.arrive(current.store(), signed_in, ArrivedOn(kind(), left, own=own), clock.now()):
        leave(left)
    elif own:
        session["own_device"] = True


def mark_or_new() -> str:
    """Return this browser's mark, or a new one for it."""
    return mark() or secrets.token_urlsafe(32)


def leave(left: str) -> None:
    """Set the mark in this browser, for as long as an unused device stays known."""

    @after_this_request
    def set_it(response: Response) -> Response:
        secure = current.settings().secure_cookies
        response.set_cookie(
            _name(), left, max_age=KNOWN_FOR, path="/", secure=secure, httponly=True, samesite="Strict"
        )
        return response


def take_away() -> None:
    """Remove the mark from this browser."""

    @after_this_request
    def delete_it(response: Response) -> Response:
        secure = current.settings().secure_cookies
        response.delete_cookie(_name(), path="/", secure=secure, httponly=True, samesite="Strict")
        return response


def _name() -> str:
    return "__Host-companion-device" if current.settings().secure_cookies else "companion-device"
