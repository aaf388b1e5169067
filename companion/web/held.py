"""Forms that were sent from a locked session: held, sealed, and filled in again after unlocking."""

from urllib.parse import urlsplit

from flask import request, session
from werkzeug.datastructures import MultiDict

from companion.store import sessions
from companion.store.sessions import SignedIn
from companion.web import current

NEVER_HELD = frozenset({"csrf_token", "passphrase", "code", "word"})
"""Fields that are secrets, or worthless later."""


def typed_of(form: MultiDict[str, str]) -> dict[str, list[str]]:
    """A form as plain data, without what is never held."""
    return {name: texts for name, texts in form.to_dict(flat=False).items() if name not in NEVER_HELD}


def hold(found: SignedIn) -> str:
    """Hold the form of this request; the path of the page that it came from."""
    with current.store().writing() as tx:
        sessions.hold(tx, found, request.path, typed_of(request.form))
        tx.commit()
    session["held"] = request.path
    return page_before()


def page_before() -> str:
    """The path of the page whose form this is, from the referrer within this site; else the start."""
    before = urlsplit(request.referrer or "")
    if before.netloc != request.host:
        return "/"
    return before.path + (f"?{before.query}" if before.query else "")


def form(action: str) -> MultiDict[str, str]:
    """What to fill a form with: what was just typed, or what was held for it, or nothing."""
    if request.method == "POST":
        return request.form
    if session.get("held") == action:
        with current.store().reading() as tx:
            found = sessions.held(tx, current.signed_in())
        if found and found[0] == action:
            return MultiDict((name, text) for name, texts in found[1].items() for text in texts)
    return MultiDict()


def drop(found: SignedIn) -> None:
    """The held form was sent again."""
    session.pop("held")
    with current.store().writing() as tx:
        sessions.drop_held(tx, found.session_id)
        tx.commit()
