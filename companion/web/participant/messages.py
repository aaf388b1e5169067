"""Messages to his practitioner, and what is being typed to him."""

from functools import partial

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from companion.domain.people import Role
from companion.domain.refusals import Refused
from companion.services import messaging
from companion.store.base import Busy
from companion.web import access, clock, current, locked, threads
from companion.web.i18n import saved_at
from companion.web.participant.plan_building import comes_first, not_kept, tell_from
from companion.web.request_log import COME_FIRST

PAGE = "participant/messages.html"
PLACE = "messages"
"""How the pages that come first know where to come back to."""


@access.roles(Role.PARTICIPANT)
def messages() -> ResponseReturnValue:
    """``GET`` and ``POST /my/messages``: what is shown is marked as read."""
    address = url_for("participant.messages")
    if request.method != "POST":
        return threads.show(PAGE, address, None)
    return threads.take(PAGE, address, None)


@access.roles(Role.PARTICIPANT, keeps_draft=True)
def draft() -> ResponseReturnValue:
    """``POST /my/messages/draft``: keep what is being typed; then on to help, to tell, or just typing."""
    then, page = request.form.get("then", ""), url_for("participant.messages", _anchor=threads.NEW)
    save = partial(
        messaging.save_draft, current.store(), current.viewer(), None, threads.typed(), clock.now()
    )
    if current.signed_in().locked:
        return locked.keep(save, page, tell=tell_from(PLACE, kept="yes"))
    try:
        kept = save()
    except (Refused, SQLAlchemyError, Busy) as error:
        return not_kept(error, then, PLACE)
    if then == "typing":
        return {"seen": kept.revision, "saved": saved_at(kept.saved_at), "locked": False}
    if then in COME_FIRST:
        return comes_first(then, PLACE, kept="yes")
    return redirect(page, 303)
