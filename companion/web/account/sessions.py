"""The page with somebody's sessions and known devices."""

from uuid import UUID

from flask import g, render_template, session, url_for
from flask.typing import ResponseReturnValue

from companion.services.accounts import my_sessions
from companion.web.account.forms import EndSessions
from companion.web.gate import access, clock, current, known_device
from companion.web.gate.access import EVERYBODY
from companion.web.page.form import done, takes
from companion.web.page.i18n import translate as _


@access.roles(*EVERYBODY)
def sessions() -> ResponseReturnValue:
    """``GET /account/sessions``: list the viewer's sessions and known devices."""
    places = my_sessions.places(current.store(), current.signed_in(), known_device.mark(), clock.now())
    return render_template("account/sessions.html", places=places)


@access.roles(*EVERYBODY)
def end_one(session_id: UUID) -> ResponseReturnValue:
    """``POST /account/sessions/<session>/ending``: end one of the viewer's sessions.

    Once a session has ended, the browser's next request gets the sign-in page.
    """
    my_sessions.end_session(current.actor(), session_id)
    if session_id == current.signed_in().session_id:
        return _out()
    return _back(_("You're now signed out of the browser you chose."))


@access.roles(*EVERYBODY)
@takes(EndSessions)
def end_all(form: EndSessions) -> ResponseReturnValue:
    """``POST /account/sessions/ending``: end all the viewer's other sessions. With ``this_too``, also end
    the current session and forget all known devices.
    """
    this_too = form.this_too.data == "yes"
    my_sessions.end_sessions(current.store(), current.signed_in(), clock.now(), this_too=this_too)
    if this_too:
        known_device.take_away()
        return _out()
    return _back(_("You've been signed out everywhere else."))


@access.roles(*EVERYBODY)
def know() -> ResponseReturnValue:
    """``POST /account/devices``: remember the device as the viewer's own."""
    mark = known_device.mark_or_new()
    my_sessions.know_device(current.actor(), known_device.kind(), mark)
    known_device.leave(mark)
    return _back(_("Companion will now recognise this device."))


@access.roles(*EVERYBODY)
def forget(device_id: UUID) -> ResponseReturnValue:
    """``POST /account/devices/<device>/forgetting``: forget a known device. If somebody tells Companion to
    forget the device they're using, delete that device's cookie.
    """
    places = my_sessions.places(current.store(), current.signed_in(), known_device.mark(), clock.now())
    my_sessions.forget_device(current.actor(), device_id)
    if device_id == places.this_device:
        known_device.take_away()
    return _back(_("Companion won't recognise the device you chose any more."))


def _back(said: str) -> ResponseReturnValue:
    return done(said, url_for("account.sessions"))


def _out() -> ResponseReturnValue:
    g.pop("signed_in")
    session.clear()
    return done(_("You've signed out."), url_for("account.sign_in"))
