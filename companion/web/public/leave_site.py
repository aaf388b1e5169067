"""Leaving the site at once."""

import logging
import threading
from datetime import datetime
from queue import SimpleQueue
from typing import NamedTuple

from flask import abort, redirect, session
from flask.typing import ResponseReturnValue

from companion.extensions import csrf
from companion.services.accounts import sign_in
from companion.store.base import DatabaseUnavailable, Store
from companion.web.gate import access, clock, current
from companion.web.gate.security import came_from_elsewhere

PATIENCE_SECONDS = 0.3
"""How long leaving the site waits for the session to end. Longer than this, and the person leaves first."""
WAITING_MOST = 1_000
"""The maximum number of sessions of one process that wait to be ended."""
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
            ENDINGS.end(current.store(), token, clock.now())
        except DatabaseUnavailable as away:
            _say(away)
    return redirect(current.settings().exit_url, 303)


class _Leaver(NamedTuple):
    store: Store
    token: str
    now: datetime
    ended: threading.Event


class Endings:
    """Ends the sessions of people who left the site, one after the other, in one thread of each process.

    While the database hangs, only one request waits for it. Everybody else leaves without waiting.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[str, _Leaver] = {}
        self._line: SimpleQueue[_Leaver] = SimpleQueue()
        self._thread: threading.Thread | None = None

    @property
    def waiting(self) -> int:
        """The number of sessions that are waiting to be ended."""
        return len(self._waiting)

    def end(self, store: Store, token: str, now: datetime) -> None:
        """End the session with this token. Nobody waits if another session is being ended already."""
        leaver = _Leaver(store, token, now, threading.Event())
        with self._lock:
            if token in self._waiting:
                return
            if len(self._waiting) >= WAITING_MOST:
                log.warning("too many sessions wait to be ended; this one's cookie is gone")
                return
            alone = not self._waiting
            self._waiting[token] = leaver
            if self._thread is None:
                self._thread = threading.Thread(target=self._end_all, name="leaving", daemon=True)
                self._thread.start()
        self._line.put(leaver)
        if alone:
            leaver.ended.wait(PATIENCE_SECONDS)

    def _end_all(self) -> None:
        while True:
            leaver = self._line.get()
            _end(leaver.store, leaver.token, leaver.now)
            with self._lock:
                del self._waiting[leaver.token]
            leaver.ended.set()


ENDINGS = Endings()


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
