"""Leaving the site at once."""

import logging
import threading
from datetime import datetime

from flask import abort, redirect, session
from flask.typing import ResponseReturnValue

from companion.extensions import csrf
from companion.services.accounts import sign_in
from companion.store.base import DatabaseUnavailable, Store
from companion.web.gate import access, clock, current
from companion.web.gate.security import came_from_elsewhere

PATIENCE_SECONDS = 2
"""The maximum number of seconds that leaving the site can take. The server ends the session in the
background.
"""
log = logging.getLogger(__name__)


@csrf.exempt
@access.apart
@access.uncounted
@access.public
def leave() -> ResponseReturnValue:
    """``POST /leave``: end the session, and redirect to a neutral site.

    The request needs no CSRF token. People can leave the site even from cached pages and after a timeout.
    Companion checks the request's origin instead of a token.
    """
    if came_from_elsewhere():
        abort(400)
    token = session.get("_user_id")
    session.clear()
    if token:
        try:
            ending = threading.Thread(target=_end, args=(current.store(), token, clock.now()), daemon=True)
            ending.start()
            ending.join(PATIENCE_SECONDS)
        except DatabaseUnavailable as away:
            _say(away)
    return redirect(current.settings().exit_url, 303)


def _end(store: Store, token: str, now: datetime) -> None:
    try:
        sign_in.sign_out(store, token, now)
    except DatabaseUnavailable as away:
        _say(away)
    except Exception:  # people must always be able to leave
        log.exception("the session could not be ended on the server; its cookie is gone")


def _say(away: DatabaseUnavailable) -> None:
    log.warning(
        "the session could not be ended on the server; its cookie is gone", extra={"database": str(away)}
    )
