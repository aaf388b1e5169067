"""Forms that were sent from a locked session: held, sealed, and filled in again after unlocking.

The cookie says only that something is held. Which page it was for is sealed with what was typed.
"""

from flask import g, request, session
from werkzeug.datastructures import MultiDict

from companion.domain.forms import Form
from companion.store.accounts import sessions
from companion.store.accounts.sessions import SignedIn
from companion.web.gate import current
from companion.web.gate.session_user import current_session
from companion.web.page.form_fields import local_path
from companion.web.server.posted import posted

NEVER_HELD = frozenset({"csrf_token", "page", "whose", "passphrase", "code", "word", "passkey", "suggest"})
"""Fields that are secrets, or worthless later."""


def without_secrets(form: MultiDict[str, str]) -> MultiDict[str, str]:
    """A form without what is never held."""
    return MultiDict((name, text) for name, text in form.items(multi=True) if name not in NEVER_HELD)


def hold(found: SignedIn, page: str, *, always: bool = False) -> bool:
    """Hold the form of this request for its page; whether there was anything to hold. Raises ``Rejected``."""
    typed = without_secrets(posted()).to_dict(flat=False)
    if typed:
        with current.store().writing() as tx:
            sessions.hold(tx, found, page, typed, always=always)
            tx.commit()
        session["held"] = True
    return bool(typed)


def of_another(found: SignedIn) -> bool:
    """Whether the page that sends this says that it is somebody else's: he was signed in here before."""
    whose = request.headers.get("X-Whose") or posted().get("whose")
    return bool(whose) and whose != found.mark


def page_before() -> str:
    """The path of the page whose form this is; else the start."""
    return local_path(posted().get("page", "")) or "/"


def page() -> str:
    """The page of what is held for whoever is signed in now; empty where nothing is."""
    found = current_session()
    kept = _held(found) if found and found.complete and not found.locked else None
    return kept[0] if kept else ""


def form() -> MultiDict[str, str]:
    """What to fill the page's form with: what was just typed, or what was held for it, or nothing."""
    if request.method == "POST":
        return posted()
    kept = _held(current.signed_in()) if "signed_in" in g else None
    if kept and kept[0] == request.path:
        return MultiDict((name, text) for name, texts in kept[1].items() for text in texts)
    return MultiDict()


def sent_again(found: SignedIn) -> None:
    """Drop what is held where this request is its form."""
    kept = _held(found)
    if kept and kept[0] == page_before():
        session.pop("held")
        with current.store().writing() as tx:
            sessions.drop_held(tx, found.session_id)
            tx.commit()


def _held(found: SignedIn) -> tuple[str, Form] | None:
    if not session.get("held"):
        return None
    with current.store().reading() as tx:
        return sessions.held(tx, found)
