"""The mark of a known device: a random cookie, the same for whoever signs in, that opens nothing."""

import re
import secrets

from flask import Response, after_this_request, request, session

from companion.domain.accounts.devices import KNOWN_FOR, DeviceKind, kind_of
from companion.services.accounts import my_sessions
from companion.services.accounts.my_sessions import ArrivedOn
from companion.store.accounts.sessions import SignedIn
from companion.web.gate import clock, current


def mark() -> str:
    """The mark of this browser; empty where it has none."""
    found = request.cookies.get(_name(), "")
    return found if re.fullmatch(r"[A-Za-z0-9_-]{43}", found) else ""


def kind() -> DeviceKind:
    """What this browser says of itself."""
    return kind_of(request.headers.get("User-Agent", ""))


def arrived(signed_in: SignedIn, *, own: bool) -> None:
    """Somebody came in here. What he ticked before the second factor counts from then on."""
    own = own or session.pop("own_device", False)
    left = mark_or_new()
    if my_sessions.arrive(current.store(), signed_in, ArrivedOn(kind(), left, own=own), clock.now()):
        leave(left)
    elif own:
        session["own_device"] = True


def mark_or_new() -> str:
    """The mark of this browser, or one that it could have."""
    return mark() or secrets.token_urlsafe(32)


def leave(left: str) -> None:
    """Leave the mark in this browser, for as long as an unused device stays known."""

    @after_this_request
    def set_it(response: Response) -> Response:
        secure = current.settings().secure_cookies
        response.set_cookie(
            _name(), left, max_age=KNOWN_FOR, path="/", secure=secure, httponly=True, samesite="Strict"
        )
        return response


def take_away() -> None:
    """Take the mark out of this browser."""

    @after_this_request
    def delete_it(response: Response) -> Response:
        secure = current.settings().secure_cookies
        response.delete_cookie(_name(), path="/", secure=secure, httponly=True, samesite="Strict")
        return response


def _name() -> str:
    return "__Host-companion-device" if current.settings().secure_cookies else "companion-device"
