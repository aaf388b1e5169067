"""The way in and the way out."""

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from companion.domain.people import Credentials, Role
from companion.domain.refusals import Crowded, Problem, Rejected, SlowDown
from companion.services.accounts import sign_in
from companion.services.accounts.sign_in import Browser, Entered
from companion.store.accounts.sessions import SignedIn
from companion.store.staff import resets
from companion.web.gate import access, clock, current, known_device, parked_forms
from companion.web.gate.session_user import current_session, enter
from companion.web.page.context import START
from companion.web.page.form_fields import local_path
from companion.web.page.i18n import on_day
from companion.web.page.i18n import translate as _
from companion.web.page.languages import language, remember


@access.public
def start() -> ResponseReturnValue:
    """``GET /``: to one's own beginning."""
    found = current_session()
    if found is None or found.locked:
        return redirect(url_for("account.sign_in"))
    return redirect(url_for(START[found.viewer.role]))


@access.hashes
@access.public
def sign_in_page() -> ResponseReturnValue:
    """``GET`` and ``POST /sign-in``. A locked session is unlocked here, by the same person only."""
    locked = current_session()
    if request.method != "POST":
        if locked and locked.complete and not locked.locked:
            return redirect(url_for(START[locked.viewer.role]))
        return _page(bool(locked and locked.locked))
    try:
        entered = _signed_in(locked)
    except Rejected as rejected:
        return _page(bool(locked), rejected.problems), 422
    except SlowDown as refusal:
        problem = Problem("slow_down", {"seconds": refusal.seconds})
        return _page(bool(locked), (problem,)), 429, {"Retry-After": str(refusal.seconds)}
    except Crowded as refusal:
        return _page(bool(locked), (Problem("crowded"),)), 503, {"Retry-After": str(refusal.seconds)}
    enter(entered.token, same_person=entered.unlocked)
    if not entered.complete:
        return redirect(url_for("account.second_factor", next=next_page()), 303)
    say_of_a_reset()
    return redirect(where_to(entered.role), 303)


def _signed_in(locked: SignedIn | None) -> Entered:
    """Raises what ``sign_in`` raises."""
    return sign_in.sign_in(
        current.store(),
        current.hasher(),
        Credentials(request.form.get("sign_in_name", ""), request.form.get("passphrase", "")),
        Browser(current.address(), locked, known_device.mark()),
        clock.now(),
    )


def say_of_a_reset() -> None:
    """Whoever comes in hears of a slip with which somebody could come in in his place."""
    found, now = current_session(), clock.now()
    if found is None:
        return
    with current.store().reading() as tx:
        slip = resets.open_reset(tx, found.viewer.account_id, now)
    if slip:
        said = _(
            "On %(day)s a slip was made to replace what you sign in with. If you did not ask for it, "
            "change your passphrase now, under My account. That ends the slip. Then tell the service."
        )
        flash(said % {"day": on_day(slip.made_at)}, "other")


def where_to(role: Role) -> str:
    """Where whoever has just come in goes: where he wanted to, or back to what is held for him, or to his start."""
    return next_page() or parked_forms.page() or url_for(START[role])


def next_page() -> str:
    """Where the person wanted to go: a path of this site, or nothing."""
    return local_path(request.values.get("next", ""))


def _page(locked: bool, problems: tuple[Problem, ...] = ()) -> str:
    return render_template(
        "account/sign_in.html",
        problems=problems,
        sign_in_name=request.form.get("sign_in_name", ""),
        own_device=request.form.getlist("own_device"),
        next=next_page(),
        locked=locked,
        held="held" in session,
    )


@access.ends
def sign_out() -> ResponseReturnValue:
    """``POST /sign-out``: the session ends on the server."""
    sign_in.sign_out(current.store(), session["_user_id"], clock.now())
    spoken = language()
    session.clear()
    remember(spoken)
    flash(_("You are signed out."))
    return redirect(url_for("account.sign_in"), 303)
