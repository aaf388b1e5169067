"""Drafts from a locked session: the response is the same whatever is stored and whatever was sent.

Otherwise it could be used to guess what is stored.
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
    """Save what was sent, then lead to signing in, and from there to ``page``, or first to help or to ``tell``.

    Anything that can't be saved as the draft is held for its page; ``held_too`` holds everything except what is just
    being typed, as ``then`` says.
    """
    held_too = held_too and then != "typing"
    with (
        suppress(Rejected, SQLAlchemyError, Busy) if then in ("help", "tell") else nullcontext()
    ):  # these come first
        _keep(save, page, held_too=held_too)
    if then == "typing":
        return {"saved": saved_at(clock.now()), "locked": True}
    if then == "help":
        return redirect(url_for("public.help"), 303)
    return redirect(url_for("account.sign_in", next=tell if then == "tell" else page), 303)


def _keep(save: Callable[[], object], page: str, *, held_too: bool) -> None:
    with current.store().reading() as tx:  # whatever is stored: the response must not depend on it
        sessions.require_room_to_hold(tx, current.signed_in())
    try:
        save()
    except NotFound:
        raise
    except Refused:
        held_too = True
    if held_too:
        parked_forms.hold(current.signed_in(), urlsplit(page).path)
    session["held"] = True  # even if there is nothing, or the cookie would reveal it
