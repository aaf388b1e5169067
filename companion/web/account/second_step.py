"""The second step: giving it, and for staff at first use setting it up."""

from dataclasses import dataclass

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from companion.domain.accounts.second_factors import Factors
from companion.domain.refusals import Problem, Rejected, SlowDown
from companion.services.accounts import one_time_codes, passkeys, second_step
from companion.store.accounts import second_factors
from companion.web.account.second_step_form import given, site
from companion.web.account.sign_in import next_page, say_of_a_reset, where_to
from companion.web.gate import access, clock, current
from companion.web.gate.session_user import enter


@access.incomplete
def second_factor() -> ResponseReturnValue:
    """``GET`` and ``POST /second-factor``: a code or a passkey; at first use the set-up with its QR code."""
    with current.store().reading() as tx:
        present = second_factors.factors_of(tx, current.viewer().account_id)
    if request.method != "POST":
        if not (present.any or current.viewer().role.staff):  # his last one was removed meanwhile, elsewhere
            return redirect(url_for("account.sign_in", next=next_page()))
        return _page(present)
    try:
        token, recovery = _proved() if present.any else _set_up()
    except Rejected as rejected:
        return _page(present, rejected.problems), 422
    except SlowDown as refusal:
        problem = Problem("slow_down", {"seconds": refusal.seconds}, "code")
        return _page(present, (problem,)), 429, {"Retry-After": str(refusal.seconds)}
    enter(token, same_person=True)
    say_of_a_reset()
    after = where_to(current.viewer().role)
    if recovery:
        return render_template("account/recovery_codes.html", codes=recovery, after=after)
    return redirect(after, 303)


def _proved() -> tuple[str, list[str]]:
    return second_step.give(current.store(), current.signed_in(), given(), clock.now()), []


def _set_up() -> tuple[str, list[str]]:
    """The session's new token, and the recovery codes."""
    code = request.form.get("code", "")
    return one_time_codes.confirm(current.store(), current.signed_in(), code, clock.now())


@access.incomplete
def challenge() -> ResponseReturnValue:
    """``POST /second-factor/challenge``: what a script needs to ask the device for a passkey, as JSON."""
    options = passkeys.to_use(current.store(), current.signed_in(), site(), clock.now())
    return options, {"Content-Type": "application/json"}


def _page(present: Factors, problems: tuple[Problem, ...] = ()) -> str:
    if present.any:
        return render_template(
            "account/second_factor.html",
            problems=problems,
            next=next_page(),
            factors=present,
            staff=current.viewer().role.staff,
        )
    return render_template(
        "account/second_factor_set_up.html", problems=problems, next=next_page(), key=offered_key()
    )


@dataclass(frozen=True)
class Key:
    """What goes into an authenticator: by hand, by its camera, or by a link that an app on the same device opens."""

    letters: str
    address: str


def offered_key() -> Key:
    """The key to put into an authenticator, in groups of four, with its address."""
    offered = one_time_codes.offered(current.store(), current.viewer())
    if offered is None:
        abort(404)
    secret, address = offered
    letters = " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))
    return Key(letters, address)
