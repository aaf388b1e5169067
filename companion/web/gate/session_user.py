"""The user for Flask-Login, from Companion's own session table."""

from flask import Flask, session
from flask_login import UserMixin, current_user, login_user

from companion.extensions import login_manager
from companion.store.accounts import sessions
from companion.store.accounts.sessions import SignedIn
from companion.web.gate import clock, current, known_device
from companion.web.page.languages import language, remember, speak_to


class Somebody(UserMixin):
    """A user, identified by the session's token. When the session has ended, the token identifies nobody."""

    def __init__(self, token: str, signed_in: SignedIn) -> None:
        self.id = token
        self.signed_in = signed_in


def install(app: Flask) -> None:
    """Set up Flask-Login without its hooks.

    Companion has no remember-me cookie, so it doesn't need Flask-Login's hooks for that cookie. Public pages
    must not read a session at all. Companion itself decides when sessions lock and end. Flask-Login's session
    protection is off.
    """
    app.login_manager = login_manager  # type: ignore[attr-defined]  # Flask-Login looks here
    login_manager.session_protection = None


@login_manager.user_loader
def load(token: str) -> Somebody | None:
    """Return the token's user, or None if the session has ended or expired."""
    with current.store().reading() as tx:
        found = sessions.find(tx, token, clock.now())
    if found:
        speak_to(found.viewer)
    return Somebody(token, found) if found else None


def current_session() -> SignedIn | None:
    """Return the live session of the request's cookie, or None.

    The session may be locked, or may still need its second sign-in step.
    """
    return current_user.signed_in if current_user.is_authenticated else None


def enter(token: str, *, same_person: bool, own_device: bool = False) -> None:
    """Store a session's new token in the browser's cookie.

    If a different person signs in, delete the earlier contents of the cookie first.
    """
    if not same_person:
        session.clear()
    somebody = load(token)
    if somebody:
        login_user(somebody)
        remember(language())
        known_device.arrived(somebody.signed_in, own=own_device)
