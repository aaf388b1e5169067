"""How I sign in: passphrase, one-time code, recovery codes."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from companion.domain.accounts.second_factors import must_stay
from companion.domain.refusals import Problem, Rejected, SlowDown
from companion.services.accounts import one_time_codes
from companion.services.accounts.passphrase import change
from companion.store import people
from companion.store.accounts import passkeys, second_factors
from companion.web.account.second_step import offered_key
from companion.web.account.suggestion import asked_for, suggested
from companion.web.gate import access, clock, current
from companion.web.gate.access import EVERYBODY
from companion.web.gate.session_user import enter
from companion.web.page.i18n import translate as _


@access.roles(*EVERYBODY)
def factors() -> ResponseReturnValue:
    """``GET /account/signing-in``"""
    viewer = current.viewer()
    with current.store().reading() as tx:
        present = second_factors.factors_of(tx, viewer.account_id)
        keys = passkeys.passkeys(tx, people.account(tx, viewer.account_id))
    return render_template(
        "account/factors.html", factors=present, passkeys=keys, must_stay=must_stay(viewer.role, present)
    )


@access.hashes
@access.roles(*EVERYBODY, fresh=True)
def passphrase() -> ResponseReturnValue:
    """``GET`` and ``POST /account/signing-in/passphrase``: a new one; every other session ends."""
    if request.method != "POST" or asked_for():
        return render_template("account/passphrase.html", problems=(), suggested=suggested())
    try:
        token = change(
            current.store(),
            current.hasher(),
            current.signed_in(),
            request.form.get("passphrase", ""),
            clock.now(),
        )
    except Rejected as rejected:
        return render_template(
            "account/passphrase.html", problems=rejected.problems, suggested=suggested()
        ), 422
    enter(token, same_person=True)
    flash(_("Your passphrase is changed. Everywhere else you are signed out."))
    return redirect(url_for("account.factors"), 303)


@access.roles(*EVERYBODY, fresh=True)
def code() -> ResponseReturnValue:
    """``GET`` and ``POST /account/signing-in/code``: what it means, then the key, then its first code."""
    if request.method != "POST":
        return _code_page()
    try:
        token, recovery = one_time_codes.confirm(
            current.store(), current.signed_in(), request.form.get("code", ""), clock.now()
        )
    except Rejected as rejected:
        return _code_page(rejected.problems), 422
    except SlowDown as refusal:
        problem = Problem("slow_down", {"seconds": refusal.seconds}, "code")
        return _code_page((problem,)), 429, {"Retry-After": str(refusal.seconds)}
    enter(token, same_person=True)
    return once_set(recovery, _("Your one-time code is set up."))


@access.roles(*EVERYBODY, fresh=True)
def new_key() -> ResponseReturnValue:
    """``POST /account/signing-in/code/key``: a new key for an authenticator; it counts from its first code on."""
    one_time_codes.offer_new(current.actor())
    return redirect(url_for("account.code"), 303)


def _code_page(problems: tuple[Problem, ...] = ()) -> str:
    viewer = current.viewer()
    with current.store().reading() as tx:
        waits = second_factors.offered_secret(tx, people.account(tx, viewer.account_id)) is not None
        present = second_factors.factors_of(tx, viewer.account_id)
    key = offered_key() if waits else None
    return render_template("account/code.html", problems=problems, factors=present, key=key)


def once_set(recovery: list[str], said: str) -> ResponseReturnValue:
    """After a factor was set up: the recovery codes, where they are new; else back to the page."""
    if recovery:
        g.page = url_for("account.factors")
        return render_template("account/recovery_codes.html", codes=recovery, after=g.page)
    flash(said)
    return redirect(url_for("account.factors"), 303)


@access.roles(*EVERYBODY, fresh=True)
def remove_code() -> ResponseReturnValue:
    """``GET`` and ``POST /account/signing-in/code/removal``: first what it means, then doing it."""
    if request.method == "POST":
        one_time_codes.remove(current.actor())
        flash(_("The one-time code is removed."))
        return redirect(url_for("account.factors"), 303)
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
    """``GET`` and ``POST /account/signing-in/recovery-codes``: new ones, shown once; the old ones end."""
    if request.method == "POST":
        return once_set(one_time_codes.new_recovery_codes(current.actor()), "")
    return render_template("account/new_recovery_codes.html")
