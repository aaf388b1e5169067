"""The page of a thread: the participant's, his practitioner's, and that of who covers for that one."""

import secrets
from uuid import UUID

from flask import flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue

from companion.domain.refusals import Problem, Rejected, SlowDown
from companion.domain.time.working_days import london_day
from companion.services.messages import threads
from companion.services.messages.threads import MessageForm
from companion.store.messages import message_drafts
from companion.web.gate import clock, current, parked_forms
from companion.web.page.form_fields import mark, once, posted_number, whole_number
from companion.web.page.i18n import translate as _

NEW = "new"
"""The place on the page where what is new begins, or the last message stands."""


def typed() -> MessageForm:
    """What the composer sent."""
    return MessageForm(
        posted_number("draft_seen"),
        mark("tab"),
        {"words": request.form.getlist("words")},
        posted_number("beat"),
    )


def show(template: str, address: str, enrolment_id: UUID | None, *problems: Problem) -> str:
    """The newest messages with the composer; with ``?before=<number>`` those before that one, without it."""
    now, earlier = clock.now(), request.args.get("before", "")
    g.page = address
    before = whole_number(earlier) if earlier and request.method != "POST" else None
    thread = threads.open_thread(current.actor(), enrolment_id, before)
    with current.store().reading() as tx:
        draft = message_drafts.draft_place(tx, thread.case.id, current.viewer()).draft(tx)
    form = parked_forms.form()
    if form and draft and request.method != "POST" and draft.typed.get("words") != form.getlist("words"):
        draft = None  # another window is typing this one: what was held does not take its place
    return render_template(
        template,
        thread=thread,
        today=london_day(now),
        here=address,
        older=before is not None,
        words=form.get("words") if form else next(iter(draft.typed.get("words", ())), "") if draft else "",
        draft=draft,
        tab=secrets.token_urlsafe(12),
        once=form.get("once", ""),
        problems=problems,
    )


def take(template: str, address: str, enrolment_id: UUID | None) -> ResponseReturnValue:
    """Send what was typed, and show the thread with it."""
    try:
        threads.send(current.actor(), enrolment_id, once(), typed())
    except Rejected as rejected:
        return show(template, address, enrolment_id, *rejected.problems), 422
    except SlowDown as slow:
        problem = Problem("many_messages", {"seconds": slow.seconds}, "words")
        page = show(template, address, enrolment_id, problem)
        return page, 429, {"Retry-After": str(slow.seconds)}
    flash(_("Your message is sent."))
    return redirect(f"{address}#{NEW}", 303)
