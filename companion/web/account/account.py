"""One's own account."""

from http import HTTPStatus

from flask import render_template
from flask.typing import ResponseReturnValue

from companion.content import statement
from companion.store import erasures
from companion.web import access, current
from companion.web.access import EVERYBODY
from companion.web.i18n import language


@access.roles(*EVERYBODY)
def account() -> ResponseReturnValue:
    """``GET /account``: who can read what, signing out, and a participant's request for an erasure."""
    with current.store().reading() as tx:
        asked = erasures.has_asked(tx, current.viewer())
    return render_template("account/account.html", statement=statement(language()), asked_for_erasure=asked)


@access.roles(*EVERYBODY, quiet=True)
def still_open() -> ResponseReturnValue:
    """``GET /still-open``: a page asks whether the session it stands in is locked by now."""
    return "", HTTPStatus.NO_CONTENT


@access.roles(*EVERYBODY)
def still_here() -> ResponseReturnValue:
    """``GET /still-here``: somebody pressed *Stay signed in*; the gate has noted it."""
    return "", HTTPStatus.NO_CONTENT
