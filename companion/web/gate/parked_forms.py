"""Parked forms: forms that Companion keeps because the sender's session was locked, or because the sender had
to repeat both sign-in steps. A parked form is stored encrypted; when its owner has signed in again, the form
is shown with their text.

The cookie shows only that a form is being kept for somebody until they unlock their session. The address of
the form's page is stored encrypted, together with the form.
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
"""Fields that are never stored with a form from a locked session: secrets, and values that would be useless
later.
"""


def without_secrets(form: MultiDict[str, str]) -> MultiDict[str, str]:
    """Return a copy of the form without the fields that are never stored."""
    return MultiDict((name, text) for name, text in form.items(multi=True) if name not in NEVER_HELD)


def hold(found: SignedIn, page: str, *, always: bool = False) -> bool:
    """Park the form that the request sent, until the person has signed in again. Return True if the request
    contained at least one form field that may be stored.

    Raise ``Rejected`` if Companion is already keeping too many forms that this person sent from other locked
    sessions. With ``always``, keep the form however many are already kept.
    """
    typed = without_secrets(posted()).to_dict(flat=False)
    if typed:
        with current.store().writing() as tx:
            sessions.hold(tx, found, page, typed, always=always)
            tx.commit()
        session["held"] = True
    return bool(typed)


def of_another(found: SignedIn) -> bool:
    """Return whether the request comes from a page that somebody else opened in the same browser."""
    whose = request.headers.get("X-Whose") or posted().get("whose")
    return bool(whose) and whose != found.mark


def page_before() -> str:
    """Return the path of the form's page, or of the start page."""
    return local_path(posted().get("page", "")) or "/"


def page() -> str:
    """Return the path of the page whose form Companion kept while the person signed in again.

    Return an empty string if Companion kept no form, or if the person hasn't signed in again yet.
    """
    found = current_session()
    kept = _held(found) if found and found.complete and not found.locked else None
    return kept[0] if kept else ""


def form() -> MultiDict[str, str]:
    """Return the form's values from the request, or the values that Companion kept while the person signed in
    again. If the request sends no form and Companion hasn't kept one for this page, return an empty
    ``MultiDict``.
    """
    if request.method == "POST":
        return posted()
    kept = _held(current.signed_in()) if "signed_in" in g else None
    if kept and kept[0] == request.path:
        return MultiDict((name, text) for name, texts in kept[1].items() for text in texts)
    return MultiDict()


def sent_again(found: SignedIn) -> None:
    """If this request sends the form that Companion kept until the person signed in, delete the kept form."""
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
