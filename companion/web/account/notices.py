"""Views for choosing which emails to receive, and for hiding the notice about failed ones."""

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from companion.domain.notices.reminders import chosen
from companion.services.notices import preferences
from companion.web.account.account import account_page
from companion.web.account.forms import Dismissal, Notices
from companion.web.gate import access, current
from companion.web.gate.access import EVERYBODY
from companion.web.page.form import done, takes
from companion.web.page.i18n import translate as _


@access.roles(*EVERYBODY)
@takes(Notices, account_page)
def choose(form: Notices) -> ResponseReturnValue:
    """``POST /account/notices``: save which emails the viewer wants, and to which email address."""
    digest = "".join(form.digest.data[:1])
    choice = chosen(current.viewer().role, form.mail.data, form.email.data, form.days.data, digest)
    preferences.choose(current.actor(), choice)
    said = (
        _("We'll now send emails to this address.")
        if choice.address
        else _("You won't get any emails from Companion.")
    )
    return done(said, url_for("account.account"))


@access.roles(*EVERYBODY)
@takes(Dismissal)
def dismiss(form: Dismissal) -> ResponseReturnValue:
    """``POST /account/undelivered/dismissal``: hide the notice saying that emails to the viewer couldn't be
    delivered.
    """
    preferences.dismiss(current.actor(), None, form.last.data)
    return redirect(url_for("account.account", _anchor="notices"), 303)
