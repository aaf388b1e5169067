"""What comes by email, and what could not be delivered."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from companion.domain.refusals import Rejected
from companion.domain.reminders import chosen
from companion.services import choosing_notices
from companion.web import access, clock, current
from companion.web.access import EVERYBODY
from companion.web.account.account import account_page
from companion.web.fields import uuid
from companion.web.i18n import translate as _


@access.roles(*EVERYBODY)
def choose() -> ResponseReturnValue:
    """``POST /account/notices``: none, or by email, to which address, and what else comes there."""
    form, viewer = request.form, current.viewer()
    try:
        choice = chosen(
            viewer.role,
            form.get("mail", ""),
            form.get("email", ""),
            form.getlist("days"),
            form.get("digest", ""),
        )
    except Rejected as rejected:
        return account_page(rejected.problems), 422
    choosing_notices.choose(current.store(), viewer, choice, clock.now())
    flash(_("Email now goes to this address.") if choice.address else _("You get no email from Companion."))
    return redirect(url_for("account.account"), 303)


@access.roles(*EVERYBODY)
def dismiss() -> ResponseReturnValue:
    """``POST /account/undelivered/dismissal``: what could not be delivered to him was seen."""
    last = uuid(request.form.get("last", ""))
    choosing_notices.dismiss(current.store(), current.viewer(), None, last, clock.now())
    return redirect(url_for("account.account", _anchor="notices"), 303)
