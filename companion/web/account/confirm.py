"""The page that asks for both sign-in steps before a sensitive change."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from companion.services.accounts import passkeys, second_step
from companion.store.accounts import second_factors
from companion.web.account.forms import Confirm
from companion.web.account.second_step_form import given, site
from companion.web.gate import access, clock, current
from companion.web.gate.access import EVERYBODY
from companion.web.gate.session_user import enter
from companion.web.page.context import START
from companion.web.page.form import takes


def _page(form: Confirm) -> str:
    with current.store().reading() as tx:
        present = second_factors.factors_of(tx, current.viewer().account_id)
    return render_template("account/confirm.html", form=form, factors=present)


@access.hashes
@access.roles(*EVERYBODY)
@takes(Confirm, _page)
def confirm(form: Confirm) -> ResponseReturnValue:
    """``GET`` and ``POST /confirm``: check the passphrase, and any second sign-in step.

    If both sign-in steps are correct, redirect to the requested page.
    """
    token = second_step.prove(
        current.store(),
        current.hasher(),
        current.signed_in(),
        form.passphrase.data,
        given(form),
        clock.now(),
    )
    enter(token, same_person=True)
    return redirect(form.next.data or url_for(START[current.viewer().role]), 303)


@access.roles(*EVERYBODY)
def challenge() -> ResponseReturnValue:
    """``POST /confirm/challenge``: return JSON that the page's script needs to ask for a passkey."""
    options = passkeys.to_use(current.store(), current.signed_in(), site(), clock.now())
    return options, {"Content-Type": "application/json"}
