"""The account page. People choose which emails they get, and whether pressing Shift three times leaves the
site.
"""

from datetime import date
from http import HTTPStatus

from flask import g, render_template, url_for
from flask.typing import ResponseReturnValue

from companion.domain.notices.reminders import DAYS_BEFORE, Digest, read_before
from companion.domain.time.working_days import london_day
from companion.services.accounts import leave_key
from companion.store.notices import bounces, preferences
from companion.store.records import policies
from companion.web.account.forms import LeaveKey, Notices
from companion.web.gate import access, clock, current
from companion.web.gate.access import EVERYBODY
from companion.web.page.form import done, takes
from companion.web.page.i18n import translate as _
from companion.web.page.languages import language


@access.roles(*EVERYBODY)
def account() -> ResponseReturnValue:
    """``GET /account``: show the account page.

    People can sign out on the page. Participants can also open *Tell us something that can't wait*.
    """
    return account_page(Notices())


def account_page(form: Notices) -> str:
    """Return the account page, with any errors in its form."""
    g.page = url_for("account.account")
    now, viewer = clock.now(), current.viewer()
    with current.store().reading() as tx:
        choice = preferences.choice(tx, viewer.account_id)
        delivery = bounces.deliveries(tx, viewer, [viewer.account_id], now)[viewer.account_id]
        statement = policies.statement(tx, language())
    form.begins_with(
        mail="email" if choice.address else "none",
        email=choice.address,
        days=[str(each) for each in choice.days],
        digest=["yes"] if choice.digest else [],
    )
    return render_template(
        "account/account.html",
        statement=statement,
        form=form,
        days_before=DAYS_BEFORE,
        sender=current.settings().mail_from,
        letters=_letters(london_day(now)),
        failed=delivery.failed,
        set_aside=delivery.set_aside,
    )


def _letters(day: date) -> dict[str, tuple[str, str]]:
    """Return every kind of email exactly as it would be sent.

    The example of the daily email says that there are three things to read, and that one session has no
    work set.
    """
    example = Digest(3, day, read_before(day)[0], 1)
    written = {
        name: render_template(f"emails/{name}.txt", digest=example).partition("\n")
        for name in ("notice", "digest")
    }
    return {name: (subject, body.strip()) for name, (subject, _line_end, body) in written.items()}


@access.roles(*EVERYBODY)
@takes(LeaveKey)
def leaving(form: LeaveKey) -> ResponseReturnValue:
    """``POST /account/leaving``: save whether pressing Shift three times leaves the site."""
    shift_leaves = form.shift.data != "off"
    leave_key.choose(current.actor(), shift_leaves=shift_leaves)
    said = (
        _("From now on, pressing Shift three times will leave this site.")
        if shift_leaves
        else _("The Shift key shortcut for leaving this site is now off.")
    )
    return done(said, url_for("account.account", _anchor="leaving"))


@access.roles(*EVERYBODY, quiet=True)
def still_open() -> ResponseReturnValue:
    """``GET /still-open``: tell a page whether its session has been locked."""
    return "", HTTPStatus.NO_CONTENT


@access.roles(*EVERYBODY)
def still_here() -> ResponseReturnValue:
    """``GET /still-here``: keep the session open after somebody pressed *Stay signed in*.

    The access check has already recorded that the session is still in use.
    """
    return "", HTTPStatus.NO_CONTENT
