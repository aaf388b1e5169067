"""Error pages: what happened, whether anything was lost, and what to do now.

Error pages show people what they typed, so that they don't lose it.
"""

import logging
from contextlib import suppress
from http import HTTPStatus

import tink
from flask import Flask, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from companion.domain.refusals import (
    ChangedElsewhere,
    Crowded,
    NotAllowed,
    NotFound,
    Refused,
    Rejected,
    SlowDown,
)
from companion.services.act import record_refusal
from companion.store.activities.activities import Damaged
from companion.store.base import UNAVAILABLE, DatabaseUnavailable
from companion.web.gate import clock, current
from companion.web.gate.parked_forms import of_another, without_secrets
from companion.web.gate.session_user import current_session
from companion.web.page.fields import Rest
from companion.web.page.form import Form, form_class_of
from companion.web.page.form_fields import local_path
from companion.web.server import memory, request_log
from companion.web.server.budgets import BROKEN_OFF
from companion.web.server.posted import posted

log = logging.getLogger(__name__)


MOST_SHOWN = 200
"""How many of the submitted texts an error page shows again, at most."""


def page(status: int, reason: str = "", **values: object) -> tuple[str, int]:
    """Return an error page that shows any text that the person had typed.

    ``reason`` is the key of a sentence in the template.
    """
    shown = {"problems": (), "seconds": 0, "typed": _typed(), "again": _again()}
    g.focus_taken = False  # a page that failed halfway may have set this to True
    shown |= {"number": request_log.number(status), **values}
    return render_template("errors/error.html", status=status, reason=reason, **shown), status


def _again() -> str:
    """Return the path of the requested page or, for a sent form, of the form's page. Return an empty string
    if the path is unknown.
    """
    if request.method != "POST":
        return local_path(request.full_path.rstrip("?"))
    try:
        return local_path(posted().get("page", ""))
    except (HTTPException, *BROKEN_OFF):
        return ""  # the form was never read


class Anything(Form):
    """If the URL has no form of its own, Companion uses this form class to parse the submitted text."""

    typed = Rest()


def _typed() -> list[str]:
    try:
        sent = posted()
    except (HTTPException, *BROKEN_OFF):
        return []  # the form was too large or cut off, and was never read
    form_class = form_class_of(request.endpoint) or Anything
    return form_class(without_secrets(sent)).words_typed()[:MOST_SHOWN]


def install(app: Flask) -> None:
    """Turn refusals and errors into error pages."""
    _translate_refusals(app)
    _translate_faults(app)
    _translate_http_errors(app)


def _translate_refusals(app: Flask) -> None:
    @app.errorhandler(NotFound)
    def not_found(refusal: NotFound) -> ResponseReturnValue:
        _record(refusal, "NotFound")
        return page(HTTPStatus.NOT_FOUND)

    @app.errorhandler(NotAllowed)
    def not_allowed(refusal: NotAllowed) -> ResponseReturnValue:
        _record(refusal, refusal.key)
        return page(HTTPStatus.CONFLICT, refusal.key)

    @app.errorhandler(ChangedElsewhere)
    def changed_elsewhere(refusal: ChangedElsewhere) -> ResponseReturnValue:
        _record(refusal, "ChangedElsewhere")
        return page(HTTPStatus.CONFLICT, "changed_elsewhere")

    @app.errorhandler(Rejected)
    def rejected(refusal: Rejected) -> ResponseReturnValue:
        return page(HTTPStatus.UNPROCESSABLE_ENTITY, problems=refusal.problems)

    @app.errorhandler(SlowDown)
    def slow_down(refusal: SlowDown) -> ResponseReturnValue:
        body, status = page(HTTPStatus.TOO_MANY_REQUESTS, seconds=refusal.seconds)
        return body, status, {"Retry-After": str(refusal.seconds)}

    @app.errorhandler(Crowded)
    def crowded(refusal: Crowded) -> ResponseReturnValue:
        body, status = page(HTTPStatus.SERVICE_UNAVAILABLE, "crowded")
        return body, status, {"Retry-After": str(refusal.seconds)}

    @app.errorhandler(CSRFError)
    def forged(_: CSRFError) -> ResponseReturnValue:
        found = current_session()
        if found and of_another(found):
            return page(HTTPStatus.BAD_REQUEST, "token", typed=())
        _record_forged("no_token")
        return page(HTTPStatus.BAD_REQUEST, "token")


def _record_forged(detail: str) -> None:
    """Record a signed-in person's request that came from another site, or had no valid CSRF token."""
    with suppress(DatabaseUnavailable, *UNAVAILABLE):
        if found := current_session():
            record_refusal(current.store(), found.viewer, detail, clock.now())


def _record(refusal: Refused, detail: str) -> None:
    """Record that the request was refused, unless a service function has already recorded it."""
    if "signed_in" in g and not refusal.recorded:
        record_refusal(current.store(), g.signed_in.viewer, detail, clock.now())


def _translate_faults(app: Flask) -> None:
    def database_away(_: Exception) -> ResponseReturnValue:
        log.exception("the database did not answer")
        request_log.say_away()
        return page(HTTPStatus.SERVICE_UNAVAILABLE)

    for kind in UNAVAILABLE:
        app.register_error_handler(kind, database_away)

    @app.errorhandler(DatabaseUnavailable)
    def still_away(away: DatabaseUnavailable) -> ResponseReturnValue:
        log.warning("a database is away", extra={"database": str(away)})
        request_log.say_away()
        return page(HTTPStatus.SERVICE_UNAVAILABLE)

    @app.errorhandler(MemoryError)
    def no_memory(_: MemoryError) -> ResponseReturnValue:
        memory.SPENT.set()
        log.exception("no memory was left")
        return page(HTTPStatus.SERVICE_UNAVAILABLE)

    @app.errorhandler(Damaged)
    def damaged(which: Damaged) -> ResponseReturnValue:
        log.error("an activity is damaged", extra={"damaged": which.thing})
        return page(HTTPStatus.GONE)

    @app.errorhandler(tink.TinkError)
    def does_not_open(_: tink.TinkError) -> ResponseReturnValue:
        log.exception("something that is sealed does not open")
        return page(HTTPStatus.GONE)

    @app.errorhandler(Exception)
    def broken(_: Exception) -> ResponseReturnValue:
        log.exception("an unforeseen error")
        return page(HTTPStatus.INTERNAL_SERVER_ERROR)


def _translate_http_errors(app: Flask) -> None:
    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> ResponseReturnValue:
        if error.code and error.code < 400:
            return error.get_response()
        if error.description == "another_person":  # the page belongs to somebody who is no longer signed in
            return page(HTTPStatus.CONFLICT, error.description, typed=())
        elsewhere = error.description == "from_elsewhere"
        if elsewhere:
            _record_forged("from_elsewhere")
        return page(error.code or 500, "from_elsewhere" if elsewhere else "")
