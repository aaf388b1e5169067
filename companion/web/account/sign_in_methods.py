"""The pages about signing in: passphrase, one-time codes and recovery codes."""

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from companion.domain.accounts.second_factors import must_stay
from companion.services.accounts import one_time_codes
from companion.services.accounts.passphrase import change
from companion.store import people
from companion.store.accounts import passkeys, second_factors
from companion.web.account.forms import FirstCode, NewPassphrase
from companion.web.account.second_step import offered_key
from companion.web.account.suggestion import suggested
from companion.web.gate import access, clock, current
from companion.web.gate.access import EVERYBODY
from companion.web.gate.session_user import enter
from companion.web.page.form import done, takes
from companion.web.page.i18n import translate as _


@access.roles(*EVERYBODY)
def factors() -> ResponseReturnValue:
    """``GET /account/signing-in``: list the viewer's sign-in methods."""
    viewer = current.viewer()
    with current.store().reading() as tx:
        present = second_factors.factors_of(tx, viewer.account_id)
        keys = passkeys.passkeys(tx, people.account(tx, viewer.account_id))
    return render_template(
        "account/factors.html", factors=present, passkeys=keys, must_stay=must_stay(viewer.role, present)
    )


def _passphrase_page(form: NewPassphrase) -> str:
    return render_template("account/passphrase.html", form=form, suggested=suggested(form))


@access.hashes
@access.roles(*EVERYBODY, fresh=True)
@takes(NewPassphrase, _passphrase_page)
def passphrase(form: NewPassphrase) -> ResponseReturnValue:
    """``GET`` and ``POST /account/signing-in/passphrase``: set a new passphrase, and end every other session."""
    if form.suggest.data:
        return _passphrase_page(form)
    token = change(current.store(), current.hasher(), current.signed_in(), form.passphrase.data, clock.now())
    enter(token, same_person=True)
    said = _("Passphrase changed. You've been signed out everywhere else.")
    return done(said, url_for("account.factors"))


def _code_page(form: FirstCode) -> str:
    viewer = current.viewer()
    with current.store().reading() as tx:
        waits = second_factors.offered_secret(tx, people.account(tx, viewer.account_id)) is not None
        present = second_factors.factors_of(tx, viewer.account_id)
    key = offered_key() if waits else None
    return render_template("account/code.html", form=form, factors=present, key=key)


@access.roles(*EVERYBODY, fresh=True)
@takes(FirstCode, _code_page)
def code(form: FirstCode) -> ResponseReturnValue:
    """``GET`` and ``POST /account/signing-in/code``: explain one-time codes, and check the first code."""
    token, recovery = one_time_codes.confirm(
        current.store(), current.signed_in(), form.code.data, clock.now()
    )
    enter(token, same_person=True)
    return once_set(recovery, _("One-time code set up."))


@access.roles(*EVERYBODY, fresh=True)
def new_key() -> ResponseReturnValue:
    """``POST /account/signing-in/code/key``: make a new key for an authenticator app.

    The new key takes effect only after the user has entered a code from the authenticator app.
    """
    one_time_codes.offer_new(current.actor())
    return redirect(url_for("account.code"), 303)


def once_set(recovery: list[str], said: str) -> ResponseReturnValue:
    """Show the new recovery codes.

    If there are no new recovery codes to show, redirect to the page with the sign-in methods.
    """
    if recovery:
        g.page = url_for("account.factors")
        return render_template("account/recovery_codes.html", codes=recovery, after=g.page)
    return done(said, url_for("account.factors"))


@access.roles(*EVERYBODY, fresh=True)
def remove_code() -> ResponseReturnValue:
    """``GET`` and ``POST /account/signing-in/code/removal``: remove one-time codes after a confirmation."""
    if request.method == "POST":
        one_time_codes.remove(current.actor())
        return done(_("One-time code removed."), url_for("account.factors"))
    with current.store().reading() as tx:
        present = second_factors.factors_of(tx, current.viewer().account_id)
    return render_template(
        "account/removal.html",
        passkey=None,
        factors=present,
        must_stay=must_stay(current.viewer().role, present),
    )


@access.roles(*EVERYBODY, fresh=True)
def recovery_codes() -> ResponseReturnValue:
    """``GET`` and ``POST /account/signing-in/recovery-codes``: replace the recovery codes, and show the new
    codes once.
    """
    if request.method == "POST":
        return once_set(one_time_codes.new_recovery_codes(current.actor()), "")
    return render_template("account/new_recovery_codes.html")
