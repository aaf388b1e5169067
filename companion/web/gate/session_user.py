"""Flask-Login's user: the owner of the browser's token, looked up in our own table at every request."""

from flask import Flask, session
from flask_login import UserMixin, current_user, login_user

from companion.extensions import login_manager
from companion.store.accounts import sessions
from companion.store.accounts.sessions import SignedIn
from companion.web.gate import clock, current, known_device
from companion.web.page.languages import language, remember, speak_to


class Somebody(UserMixin):
    """Its id is the session's token, so that an ended session is nobody at once."""

    def __init__(self, token: str, signed_in: SignedIn) -> None:
        self.id = token
        self.signed_in = signed_in


def install(app: Flask) -> None:
    """Set up Flask-Login without its hooks.

    They read the session after every request and in every template, for a remember-me cookie that we don't have;
    public pages must not touch a session. Its session protection is off: our sessions live, lock and end on the
    server.
    """
    app.login_manager = login_manager  # type: ignore[attr-defined]  # where Flask-Login looks
    login_manager.session_protection = None


@login_manager.user_loader
def load(token: str) -> Somebody | None:
    """Return the token's user; None if the session has ended or expired."""
    with current.store().reading() as tx:
        found = sessions.find(tx, token, clock.now())
    if found:
        speak_to(found.viewer)
    return Somebody(token, found) if found else None


def current_session() -> SignedIn | None:
    """Return the session named by the request's cookie, if alive; it may be locked or incomplete."""
    return current_user.signed_in if current_user.is_authenticated else None


def enter(token: str, *, same_person: bool, own_device: bool = False) -> None:
    """Give the browser a session's new token. For a different person, everything in the cookie is cleared."""
    if not same_person:
        session.clear()
    somebody = load(token)
    if somebody:
        login_user(somebody)
        remember(language())
        known_device.arrived(somebody.signed_in, own=own_device)
