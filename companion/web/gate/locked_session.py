"""Save drafts from a locked session.

The response never depends on stored data, and reveals nothing about the data.
"""

from collections.abc import Callable
from contextlib import nullcontext, suppress
from urllib.parse import urlsplit

from flask import redirect, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from companion.domain.refusals import NotFound, Refused, Rejected
from companion.store.accounts import sessions
from companion.store.writer_queue import Busy
from companion.web.gate import clock, current, parked_forms
from companion.web.page.i18n import saved_at


def keep(
    save: Callable[[], object], page: str, then: str, *, tell: str, held_too: bool = False
) -> ResponseReturnValue:
    """Save the form, then redirect to the sign-in page. After signing in, the person returns to ``page``.

    If the value of ``then`` is ``typing``, don't redirect: return the current time to the page's script. If
    the value of ``then`` is ``help``, redirect to the help page and not to the sign-in page. With ``then``
    set to ``tell``, the person goes to *Tell us something that can't wait* after signing in. If a form can't
    be saved as a draft, keep it until its owner signs in. With ``held_too``, save the text as a draft and
    also keep the form until its owner signs in, unless ``then`` is ``typing``.

    Raise ``NotFound`` if ``save`` does. Raise ``Rejected`` if too many forms are already kept for the person's
    other locked sessions, unless ``then`` is ``help`` or ``tell``.
    """
    held_too = held_too and then != "typing"
    with (
        suppress(Rejected, SQLAlchemyError, Busy) if then in ("help", "tell") else nullcontext()
    ):  # a saving error must not stop anybody from getting help
        _keep(save, page, held_too=held_too)
    if then == "typing":
        return {"saved": saved_at(clock.now()), "locked": True}
    if then == "help":
        return redirect(url_for("public.help"), 303)
    return redirect(url_for("account.sign_in", next=tell if then == "tell" else page), 303)


def _keep(save: Callable[[], object], page: str, *, held_too: bool) -> None:
    # Refuse the form if the person's other locked sessions already hold too many unsent forms.
    # Count the unsent forms before saving the draft.
    # Otherwise, the response would reveal whether the draft could be saved.
    with current.store().reading() as tx:
        sessions.require_room_to_hold(tx, current.signed_in())
    try:
        save()
    except NotFound:
        raise
    except Refused:
        held_too = True
    if held_too:
        parked_forms.hold(current.signed_in(), urlsplit(page).path)
    session["held"] = True  # set even if nothing was parked, or the cookie would reveal that
