"""The page with a message thread."""

import secrets
from uuid import UUID

from flask import g, render_template, request
from flask.typing import ResponseReturnValue

from companion.domain.refusals import Problem
from companion.domain.time.working_days import london_day
from companion.services.messages import threads
from companion.services.messages.threads import MessageForm
from companion.store.messages import message_drafts
from companion.web.gate import clock, current
from companion.web.page.carried_fields import Carried, Mark, Once, Revision
from companion.web.page.fields import Text
from companion.web.page.form import Form, done
from companion.web.page.form_fields import whole_number
from companion.web.page.i18n import translate as _

NEW = "new"
"""The HTML id of the first new message. If no message is new, the last message has this id."""


class Message(Form):
    """The form for a message, which also saves the message's draft."""

    too_fast = Problem("many_messages", field="words")
    once = Once()
    draft_seen = Revision()
    tab = Mark()
    beat = Revision()
    then = Carried()
    words = Text()

    @property
    def typed(self) -> MessageForm:
        """Return the typed message, and the details that Companion needs to save the message as a draft."""
        words = {"words": list(self.words.raw_data or ())}
        return MessageForm(self.draft_seen.data, self.tab.data, words, self.beat.data)


def show(form: Message, template: str, address: str, enrolment_id: UUID | None) -> str:
    """Return the page with the latest messages and the form for a new message.

    With ``?before=<number>``, return earlier messages without the form.
    """
    now, earlier = clock.now(), request.args.get("before", "")
    g.page = address
    before = whole_number(earlier) if earlier and request.method != "POST" else None
    thread = threads.open_thread(current.actor(), enrolment_id, before)
    with current.store().reading() as tx:
        draft = message_drafts.draft_place(tx, thread.case.id, current.viewer()).draft(tx)
    if form.sent and draft and request.method != "POST" and draft.typed.get("words") != form.words.raw_data:
        draft = None  # a draft from another window must not be replaced by the parked text
    form.begins_with(words=next(iter(draft.typed.get("words", ())), "") if draft else "")
    return render_template(
        template,
        thread=thread,
        today=london_day(now),
        here=address,
        older=before is not None,
        draft=draft,
        tab=secrets.token_urlsafe(12),
        form=form,
    )


def take(form: Message, address: str, enrolment_id: UUID | None) -> ResponseReturnValue:
    """Send the message, and show the message in the thread."""
    threads.send(current.actor(), enrolment_id, form.once.id_of_new, form.typed)
    return done(_("Message sent."), f"{address}#{NEW}")
