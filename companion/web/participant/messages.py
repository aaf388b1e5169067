"""The page with a participant's messages."""

from functools import partial

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from companion.domain.people import Role
from companion.domain.refusals import Refused
from companion.services.messages.threads import save_draft
from companion.store.writer_queue import Busy
from companion.web.gate import access, current, locked_session
from companion.web.page import message_thread
from companion.web.page.form import takes
from companion.web.page.i18n import saved_at
from companion.web.page.message_thread import Message
from companion.web.participant.plan.guided import comes_first, not_kept, tell_from
from companion.web.server.request_log import COME_FIRST

PAGE = "participant/messages.html"
PLACE = "messages"
"""The value of the URL's ``place`` parameter for people who come from the messages page."""


def _page(form: Message) -> str:
    return message_thread.show(form, PAGE, url_for("participant.messages"), None)


@access.roles(Role.PARTICIPANT)
@takes(Message, _page)
def messages(form: Message) -> ResponseReturnValue:
    """``GET`` and ``POST /my/messages``: show the messages, mark them as read, and send a new message."""
    return message_thread.take(form, url_for("participant.messages"), None)


@access.roles(Role.PARTICIPANT, keeps_draft=True)
@takes(Message)
def draft(form: Message) -> ResponseReturnValue:
    """``POST /my/messages/draft``: save a draft.

    If a script sent the form, return JSON.
    """
    then, page = form.then.data, url_for("participant.messages", _anchor=message_thread.NEW)
    save = partial(save_draft, current.actor(), None, form.typed)
    if current.signed_in().locked:
        return locked_session.keep(save, page, then, tell=tell_from(PLACE, kept="yes"))
    try:
        kept = save()
    except (Refused, SQLAlchemyError, Busy) as error:
        return not_kept(error, then, PLACE)
    if then == "typing":
        return {"seen": kept.revision, "saved": saved_at(kept.saved_at), "locked": False}
    if then in COME_FIRST:
        return comes_first(then, PLACE, kept="yes")
    return redirect(page, 303)
