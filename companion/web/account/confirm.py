"""Proving once more who one is, before what matters."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from companion.domain.refusals import Crowded, Problem, Rejected, SlowDown
from companion.services.accounts import passkeys, second_step
from companion.store.accounts import second_factors
from companion.web.account.second_step_form import given, site
from companion.web.account.sign_in import next_page
from companion.web.gate import access, clock, current
from companion.web.gate.access import EVERYBODY
from companion.web.gate.session_user import enter
from companion.web.page.context import START


@access.hashes
@access.roles(*EVERYBODY)
def confirm() -> ResponseReturnValue:
    """``GET`` and ``POST /confirm``: the passphrase again, and the second step where there is one; then on."""
    if request.method != "POST":
        return _page()
    try:
        token = second_step.prove(
            current.store(),
            current.hasher(),
            current.signed_in(),
            request.form.get("passphrase", ""),
            given(),
            clock.now(),
        )
    except Rejected as rejected:
        return _page(rejected.problems), 422
    except SlowDown as refusal:
        problem = Problem("slow_down", {"seconds": refusal.seconds})
        return _page((problem,)), 429, {"Retry-After": str(refusal.seconds)}
    except Crowded as refusal:
        return _page((Problem("crowded"),)), 503, {"Retry-After": str(refusal.seconds)}
    enter(token, same_person=True)
    return redirect(next_page() or url_for(START[current.viewer().role]), 303)


@access.roles(*EVERYBODY)
def challenge() -> ResponseReturnValue:
    """``POST /confirm/challenge``: what a script needs to ask the device for a passkey, as JSON."""
    options = passkeys.to_use(current.store(), current.signed_in(), site(), clock.now())
    return options, {"Content-Type": "application/json"}


def _page(problems: tuple[Problem, ...] = ()) -> str:
    with current.store().reading() as tx:
        present = second_factors.factors_of(tx, current.viewer().account_id)
    return render_template("account/confirm.html", problems=problems, next=next_page(), factors=present)
