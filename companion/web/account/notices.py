"""What comes by email, and what could not be delivered."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from companion.domain.notices.reminders import chosen
from companion.domain.refusals import Rejected
from companion.services.notices import preferences
from companion.web.account.account import account_page
from companion.web.gate import access, current
from companion.web.gate.access import EVERYBODY
from companion.web.page.form_fields import uuid
from companion.web.page.i18n import translate as _


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
    preferences.choose(current.actor(), choice)
    flash(_("Email now goes to this address.") if choice.address else _("You get no email from Companion."))
    return redirect(url_for("account.account"), 303)


@access.roles(*EVERYBODY)
def dismiss() -> ResponseReturnValue:
    """``POST /account/undelivered/dismissal``: what could not be delivered to him was seen."""
    last = uuid(request.form.get("last", ""))
    preferences.dismiss(current.actor(), None, last)
    return redirect(url_for("account.account", _anchor="notices"), 303)
