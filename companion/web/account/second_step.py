"""The pages for setting up and completing the second sign-in step."""

from dataclasses import dataclass

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from companion.domain.accounts.second_factors import Factors
from companion.services.accounts import one_time_codes, passkeys, second_step
from companion.store.accounts import second_factors
from companion.web.account.forms import FirstCode, SecondStep
from companion.web.account.second_step_form import given, site
from companion.web.account.sign_in import say_of_a_reset, where_to
from companion.web.gate import access, clock, current
from companion.web.gate.session_user import enter
from companion.web.page.form import takes


def _page(form: SecondStep) -> ResponseReturnValue:
    present, staff = _present(), current.viewer().role.staff
    if not (present.any or staff):  # another device has removed the account's only second sign-in step
        return redirect(url_for("account.sign_in", next=form.next.data))
    if not present.any:
        set_up = FirstCode()
        set_up.problems = form.problems
        return render_template("account/second_factor_set_up.html", form=set_up, key=offered_key())
    return render_template("account/second_factor.html", form=form, factors=present, staff=staff)


@access.incomplete
@takes(SecondStep, _page)
def second_factor(form: SecondStep) -> ResponseReturnValue:
    """``GET`` and ``POST /second-factor``: check a code or a passkey, or set up codes."""
    store, signed_in, recovery = current.store(), current.signed_in(), list[str]()
    if _present().any:
        token = second_step.give(store, signed_in, given(form), clock.now())
    else:
        token, recovery = one_time_codes.confirm(store, signed_in, form.code.data, clock.now())
    enter(token, same_person=True)
    say_of_a_reset()
    after = where_to(current.viewer().role, form.next.data)
    if recovery:
        return render_template("account/recovery_codes.html", codes=recovery, after=after)
    return redirect(after, 303)


def _present() -> Factors:
    with current.store().reading() as tx:
        return second_factors.factors_of(tx, current.viewer().account_id)


@access.incomplete
def challenge() -> ResponseReturnValue:
    """``POST /second-factor/challenge``: return JSON that the page's script needs to ask for a passkey."""
    options = passkeys.to_use(current.store(), current.signed_in(), site(), clock.now())
    return options, {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Key:
    """A new key for an authenticator app: characters to type, and a URL."""

    letters: str
    address: str


def offered_key() -> Key:
    """Return an authenticator app's new key in groups of four characters, with its URL.

    Abort the request with 404 if no new key is waiting to be confirmed.
    """
    offered = one_time_codes.offered(current.store(), current.viewer())
    if offered is None:
        abort(404)
    secret, address = offered
    letters = " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))
    return Key(letters, address)
