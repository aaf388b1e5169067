"""One's own account."""

from datetime import timedelta
from http import HTTPStatus

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from companion.content import statement
from companion.domain.refusals import Problem, Rejected
from companion.services import mailing
from companion.store import erasures, outbox, people
from companion.web import access, clock, current, held
from companion.web.access import EVERYBODY
from companion.web.i18n import language
from companion.web.i18n import translate as _

FAILURES_SHOWN = timedelta(days=60)
"""How long a page says that a notice could not be delivered."""


@access.roles(*EVERYBODY)
def account() -> ResponseReturnValue:
    """``GET /account``: signing out, notices by e-mail, what cannot wait, and who can read what."""
    return _page()


@access.roles(*EVERYBODY)
def notices() -> ResponseReturnValue:
    """``POST /account/notices``: where they go; to nobody where nothing is typed."""
    address = request.form.get("email", "")
    try:
        mailing.choose(current.store(), current.viewer(), address, clock.now())
    except Rejected as rejected:
        return _page(rejected.problems), 422
    wanted = _("Notices now go to this address.") if address.strip() else _("You get no notices by e-mail.")
    flash(wanted)
    return redirect(url_for("account.account"), 303)


def _page(problems: tuple[Problem, ...] = ()) -> str:
    g.page = url_for("account.account")
    now, viewer = clock.now(), current.viewer()
    with current.store().reading() as tx:
        email = people.email(tx, people.account(tx, viewer.account_id))
        failed = outbox.undelivered(tx, viewer.account_id, now - FAILURES_SHOWN)
        asked = erasures.has_asked(tx, viewer)
    return render_template(
        "account/account.html",
        statement=statement(language()),
        email=held.form().get("email", email),
        failed=failed,
        asked_for_erasure=asked,
        problems=problems,
    )


@access.roles(*EVERYBODY, quiet=True)
def still_open() -> ResponseReturnValue:
    """``GET /still-open``: a page asks whether the session it stands in is locked by now."""
    return "", HTTPStatus.NO_CONTENT


@access.roles(*EVERYBODY)
def still_here() -> ResponseReturnValue:
    """``GET /still-here``: somebody pressed *Stay signed in*; the gate has noted it."""
    return "", HTTPStatus.NO_CONTENT
