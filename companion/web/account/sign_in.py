"""The pages for signing in and out."""

from flask import flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from companion.domain.people import Credentials, Role
from companion.services.accounts import sign_in
from companion.services.accounts.sign_in import Browser
from companion.store.staff import resets
from companion.web.account.forms import SignIn
from companion.web.gate import access, clock, current, known_device, parked_forms
from companion.web.gate.session_user import current_session, enter
from companion.web.page.context import START
from companion.web.page.form import done, takes
from companion.web.page.i18n import on_day
from companion.web.page.i18n import translate as _
from companion.web.page.languages import language, remember


@access.public
def start() -> ResponseReturnValue:
    """``GET /``: redirect to the viewer's start page, or to the sign-in page."""
    found = current_session()
    if found is None or found.locked:
        return redirect(url_for("account.sign_in"))
    return redirect(url_for(START[found.viewer.role]))


def _page(form: SignIn) -> ResponseReturnValue:
    found = current_session()
    if not form.sent and found and found.complete and not found.locked:
        return redirect(url_for(START[found.viewer.role]))
    locked = found and (found.locked or form.sent)
    return render_template(
        "account/sign_in.html",
        form=form,
        locked=bool(locked),
        shared=bool(found and found.shared_with),
        held="held" in session,
    )


@access.hashes
@access.public
@takes(SignIn, _page)
def sign_in_page(form: SignIn) -> ResponseReturnValue:
    """``GET`` and ``POST /sign-in``: sign somebody in, or unlock their session."""
    entered = sign_in.sign_in(
        current.store(),
        current.hasher(),
        Credentials(form.sign_in_name.data, form.passphrase.data),
        Browser(current.address(), current_session(), known_device.mark()),
        clock.now(),
    )
    own_device = form.own_device.data == ["yes"]
    enter(entered.token, same_person=entered.unlocked, own_device=own_device)
    if not entered.complete:
        return redirect(url_for("account.second_factor", next=form.next.data), 303)
    say_of_a_reset()
    return redirect(where_to(entered.role, form.next.data), 303)


def say_of_a_reset() -> None:
    """At sign-in, warn people if somebody has issued a code that resets their sign-in details."""
    found, now = current_session(), clock.now()
    if found is None:
        return
    with current.store().reading() as tx:
        slip = resets.open_reset(tx, found.viewer.account_id, now)
    if slip:
        said = _(
            "On %(day)s, somebody made a code that gives you a new way to sign in. If you didn't ask for a "
            "code, change your passphrase now, under My account. The code will then stop working. Please also "
            "tell the service that you didn't ask for a code."
        )
        flash(said % {"day": on_day(slip.made_at)}, "other")


def where_to(role: Role, wanted: str) -> str:
    """Return the URL to open after signing in."""
    return wanted or parked_forms.page() or url_for(START[role])


@access.ends
def sign_out() -> ResponseReturnValue:
    """``POST /sign-out``: end the session."""
    sign_in.sign_out(current.store(), session["_user_id"], clock.now())
    spoken = language()
    session.clear()
    remember(spoken)
    return done(_("You've signed out."), url_for("account.sign_in"))
