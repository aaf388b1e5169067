"""One's own account."""

from flask import render_template
from flask.typing import ResponseReturnValue

from companion.content import statement
from companion.web import access
from companion.web.access import EVERYBODY
from companion.web.i18n import language


@access.roles(*EVERYBODY)
def account() -> ResponseReturnValue:
    """``GET /account``: who can read what, and signing out."""
    return render_template("account/account.html", statement=statement(language()))
