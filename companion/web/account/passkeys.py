"""One's passkeys: adding one, which needs a script, and removing one."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from companion.domain.factors import must_stay
from companion.domain.refusals import Problem, Rejected, SlowDown
from companion.services import passkeys as acts
from companion.store import factors, people
from companion.store.passkeys import shown
from companion.web import access, clock, current, held
from companion.web.access import EVERYBODY
from companion.web.account.factors import once_set
from companion.web.account.given import site
from companion.web.i18n import translate as _


@access.roles(*EVERYBODY, fresh=True)
def add() -> ResponseReturnValue:
    """``GET`` and ``POST /account/signing-in/passkeys/new``"""
    if request.method != "POST":
        return _page()
    try:
        recovery = acts.add(
            current.store(),
            current.signed_in(),
            request.form.get("name", ""),
            request.form.get("passkey", ""),
            site(),
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
    options = acts.to_add(current.store(), current.signed_in(), site(), clock.now())
    return options, {"Content-Type": "application/json"}


def _page(problems: tuple[Problem, ...] = ()) -> str:
    name = held.form().get("name")
    return render_template(
        "account/passkey.html", problems=problems, name=_("This device") if name is None else name
    )


@access.roles(*EVERYBODY, fresh=True)
def remove(passkey_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /account/signing-in/passkeys/<passkey>/removal``: first what it means, then doing it."""
    if request.method == "POST":
        acts.remove(current.store(), current.signed_in(), passkey_id, clock.now())
        flash(_("The passkey is removed."))
        return redirect(url_for("account.factors"), 303)
    viewer = current.viewer()
    with current.store().reading() as tx:
        account = people.account(tx, viewer.account_id)
        passkey = shown(tx, account, acts.his(tx, account.id, passkey_id))
        present = factors.factors(tx, account.id)
    return render_template(
        "account/removal.html",
        passkey=passkey,
        factors=present,
        must_stay=must_stay(viewer.role, present),
    )
