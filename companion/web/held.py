"""Forms that were sent from a locked session: held, sealed, and filled in again after unlocking."""

from flask import request, session
from werkzeug.datastructures import MultiDict

from companion.store import sessions
from companion.store.sessions import SignedIn
from companion.web import current
from companion.web.fields import local_path

NEVER_HELD = frozenset({"csrf_token", "page", "passphrase", "code", "word", "passkey"})
"""Fields that are secrets, or worthless later."""


def typed_of(form: MultiDict[str, str]) -> dict[str, list[str]]:
    """A form as plain data, without what is never held."""
    return {name: texts for name, texts in form.to_dict(flat=False).items() if name not in NEVER_HELD}


def hold(found: SignedIn) -> str:
    """Hold the form of this request for its page; the path of that page."""
    page = page_before()
    typed = typed_of(request.form)
    if typed:
        with current.store().writing() as tx:
            sessions.hold(tx, found, page, typed)
            tx.commit()
        session["held"] = page
    return page


def page_before() -> str:
    """The path of the page whose form this is; else the start."""
    return local_path(request.form.get("page", "")) or "/"


def form() -> MultiDict[str, str]:
    """What to fill the page's form with: what was just typed, or what was held for it, or nothing."""
    if request.method == "POST":
        return request.form
    if session.get("held") == request.path:
        with current.store().reading() as tx:
            found = sessions.held(tx, current.signed_in())
        if found and found[0] == request.path:
            return MultiDict((name, text) for name, texts in found[1].items() for text in texts)
    return MultiDict()


def drop(found: SignedIn) -> None:
    """The held form was sent again."""
    session.pop("held")
    with current.store().writing() as tx:
        sessions.drop_held(tx, found.session_id)
        tx.commit()
