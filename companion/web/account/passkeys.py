"""One's passkeys: adding one, which needs a script, and removing one."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from companion.domain.accounts.second_factors import must_stay
from companion.domain.refusals import Problem, Rejected, SlowDown
from companion.services.accounts import passkeys
from companion.services.accounts.passkeys import Signed
from companion.store import people
from companion.store.accounts import second_factors
from companion.store.accounts.passkeys import shown
from companion.web.account.second_step_form import site
from companion.web.account.sign_in_methods import once_set
from companion.web.gate import access, clock, current, parked_forms
from companion.web.gate.access import EVERYBODY
from companion.web.page.i18n import translate as _


@access.roles(*EVERYBODY, fresh=True)
def add() -> ResponseReturnValue:
    """``GET`` and ``POST /account/signing-in/passkeys/new``"""
    if request.method != "POST":
        return _page()
    try:
        recovery = passkeys.add(
            current.store(),
            current.signed_in(),
            request.form.get("name", ""),
            Signed(request.form.get("passkey", ""), site()),
            clock.now(),
        )
    except Rejected as rejected:
        return _page(rejected.problems), 422
    except SlowDown as refusal:
        problem = Problem("slow_down", {"seconds": refusal.seconds})
        return _page((problem,)), 429, {"Retry-After": str(refusal.seconds)}
    return once_set(recovery, _("The passkey is added."))


@access.roles(*EVERYBODY, fresh=True)
def challenge() -> ResponseReturnValue:
    """``POST /account/signing-in/passkeys/challenge``: what a script needs to have one made, as JSON."""
    options = passkeys.to_add(current.store(), current.signed_in(), site(), clock.now())
    return options, {"Content-Type": "application/json"}


def _page(problems: tuple[Problem, ...] = ()) -> str:
    name = parked_forms.form().get("name")
    return render_template(
        "account/passkey.html", problems=problems, name=_("This device") if name is None else name
    )


@access.roles(*EVERYBODY, fresh=True)
def remove(passkey_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /account/signing-in/passkeys/<passkey>/removal``: first what it means, then doing it."""
    if request.method == "POST":
        passkeys.remove(current.store(), current.signed_in(), passkey_id, clock.now())
        flash(_("The passkey is removed."))
        return redirect(url_for("account.factors"), 303)
    viewer = current.viewer()
    with current.store().reading() as tx:
        account = people.account(tx, viewer.account_id)
        passkey = shown(tx, account, passkeys.his(tx, account.id, passkey_id))
        present = second_factors.factors_of(tx, account.id)
    return render_template(
        "account/removal.html",
        passkey=passkey,
        factors=present,
        must_stay=must_stay(viewer.role, present),
    )
