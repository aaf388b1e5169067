"""The request log. A line gives the request's number, endpoint, outcome and duration, but not the sender.

Views marked with ``access.uncounted`` aren't logged.
"""

import logging
import secrets
import time

from flask import Flask, Response, request

from companion.config import Settings
from companion.domain.operations.metrics import UP_TO
from companion.store.operations.counters import Counters
from companion.web.gate.access import rule_of
from companion.web.log_lines import at_hand

log = logging.getLogger(__name__)

METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS"})
COME_FIRST = ("help", "tell")
"""Values of ``then`` for the buttons that save a draft and open *I need help now* or *Tell us something that
can't wait*. Requests whose ``then`` has one of these values aren't logged.
"""
BEGAN, AWAY = "companion.began", "companion.away"
"""Keys in the WSGI environment. A client's request can't set these keys in the WSGI environment."""


def install(app: Flask, settings: Settings) -> None:
    """Log each request.

    Call this function before adding other hooks, so that the logged duration includes them.
    """
    counters = app.extensions["counters"] = Counters(settings.home / "metrics")

    @app.before_request
    def begin() -> None:
        request.environ[BEGAN] = time.perf_counter()
        method = request.method if request.method in METHODS else "other"
        found = {"request": _number(), "method": method, "endpoint": request.endpoint or "none"}
        if _uncounted():
            del found["endpoint"], found["method"]
        at_hand.set(found)

    @app.after_request
    def note(response: Response) -> Response:
        if BEGAN in request.environ:
            _note(response, counters, quiet_below=400 if settings.mode == "demo" else 0)
        return response

    @app.teardown_request
    def forget(_: BaseException | None) -> None:
        at_hand.set({})


def say_away() -> None:
    """Record that Companion couldn't respond to this request because a database couldn't be reached.

    The status 503 alone doesn't show whether an unreachable database or too many requests caused the error.
    """
    request.environ[AWAY] = True


def number(status: int) -> str:
    """Return the request's number in the log. If the request isn't logged and ``status`` is below 500, return
    an empty string.
    """
    return at_hand.get().get("request", "") if status >= 500 or not _uncounted() else ""


def _number() -> str:
    digits = f"{secrets.randbelow(10**12):012}"
    return f"{digits[:4]}-{digits[4:8]}-{digits[8:]}"


def _uncounted() -> bool:
    rule = rule_of(request.endpoint) if request.endpoint else None
    if rule is None:
        return False
    typed = request.__dict__.get("form", {})  # a request that is too large was never parsed
    return rule.uncounted or (rule.keeps_draft and typed.get("then") in COME_FIRST)


def _note(response: Response, counters: Counters, *, quiet_below: int) -> None:
    status, seconds = response.status_code, time.perf_counter() - request.environ[BEGAN]
    if status == 500:
        counters.add("companion_faults_total")
    if _uncounted():
        counters.keep(at_once=status == 500)
        return
    endpoint = at_hand.get()["endpoint"]
    counters.add("companion_requests_total", endpoint=endpoint, status=f"{status // 100}xx")
    _count_time(counters, endpoint, seconds)
    if status == 429:
        counters.add("companion_limits_hit_total", endpoint=endpoint)
    if AWAY in request.environ:
        counters.add("companion_database_away_total")
    counters.add("companion_proxy_total", said=_what_the_proxy_said())
    counters.keep(at_once=status in (429, 500, 503))
    if status >= quiet_below:
        level = {500: logging.ERROR, 503: logging.WARNING}.get(status, logging.INFO)
        log.log(level, "answered", extra={"status": status, "milliseconds": round(seconds * 1000, 1)})


def _count_time(counters: Counters, endpoint: str, seconds: float) -> None:
    for most in UP_TO:
        if seconds <= most:
            counters.add("companion_request_seconds_bucket", endpoint=endpoint, le=f"{most}")
    counters.add("companion_request_seconds_bucket", endpoint=endpoint, le="+Inf")
    counters.add("companion_request_seconds_sum", seconds, endpoint=endpoint)
    counters.add("companion_request_seconds_count", endpoint=endpoint)


def _what_the_proxy_said() -> str:
    """Return ``https`` or ``http`` as the proxy reported it, if the proxy sent all the necessary headers.
    Otherwise, return ``less``.
    """
    before = request.environ.get("werkzeug.proxy_fix.orig", {})
    said = request.headers
    if not {"X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto"} <= set(said.keys()) or not before:
        return "less"
    return "https" if said["X-Forwarded-Proto"] == "https" else "http"
