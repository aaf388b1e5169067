"""The page for reading a submission and giving feedback."""

import secrets
from uuid import UUID

from flask import g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from companion.domain.activities.replies import replies
from companion.domain.people import Role
from companion.domain.work.changes import changes
from companion.services.caseloads import board
from companion.services.work import review
from companion.services.work.review import Feedback, Insertion
from companion.store.work.feedback_rows import COMMENT
from companion.web.gate import access, clock, current
from companion.web.page.form import done, takes
from companion.web.page.form_fields import uuid
from companion.web.page.i18n import saved_at
from companion.web.page.i18n import translate as _
from companion.web.page.unsaved import while_typing
from companion.web.practitioner.forms import Comments


def _page(form: Comments, submission_id: UUID) -> str:
    """Return the page with the feedback form.

    If the feedback has changed since the page was opened, show the saved feedback and the typed text.
    """
    g.page = url_for("practitioner.review", submission_id=submission_id)
    found = review.open_submission(current.actor(), submission_id)
    earlier = [each for each in found.work.submissions if each.round < found.submission.round]
    conversation = found.submission.conversation(found.work.activity)
    before = earlier[-1] if earlier else None
    form.begins_with(words=found.submission.words)
    form.saw(found.revision)
    return render_template(
        "practitioner/review.html",
        review=found,
        conversation=conversation,
        guide=replies(conversation),
        earlier=before,
        changes=changes(conversation.turns, before.answers) if before else [],
        newer=found.newer,
        reviewing=found.reviewing,
        tab=secrets.token_urlsafe(12),
        form=form,
    )


@access.roles(Role.PRACTITIONER)
def review_page(submission_id: UUID) -> ResponseReturnValue:
    """``GET /submissions/<id>``: show a submission. The audit log records each time that a practitioner opens
    a submission.
    """
    return _page(Comments(), submission_id)


@access.roles(Role.PRACTITIONER)
@takes(Comments, _page)
def feedback(form: Comments, submission_id: UUID) -> ResponseReturnValue:
    """``POST /submissions/<id>/feedback``: save the feedback without sending it."""

    def save() -> dict[str, object]:
        draft = review.save_feedback(current.actor(), submission_id, _typed(form))
        return {"saved": saved_at(clock.now()), "seen": draft.revision}

    if form.then.data == "typing":
        return while_typing(save)
    save()
    if form.then.data == "phrases":
        back = url_for("practitioner.review", submission_id=submission_id)
        return redirect(url_for("practitioner.reviewing", next=back), 303)
    return _done(_("Feedback saved. It hasn't been sent yet."), submission_id)


@access.roles(Role.PRACTITIONER)
@takes(Comments, _page)
def insert_phrase(form: Comments, submission_id: UUID) -> ResponseReturnValue:
    """``POST /submissions/<id>/phrases``: insert a saved phrase into a comment."""
    into = form.into.data
    wanted = Insertion(uuid(form.phrases.data.get(into, "")), into)
    review.insert_phrase(current.actor(), submission_id, _typed(form), wanted)
    at = f"{COMMENT}{into}"
    return redirect(url_for("practitioner.review", submission_id=submission_id, _anchor=at), 303)


@access.roles(Role.PRACTITIONER)
@takes(Comments, _page)
def release(form: Comments, submission_id: UUID) -> ResponseReturnValue:
    """``POST /submissions/<id>/release``: send the feedback to the participant."""
    review.release(current.actor(), submission_id, _typed(form))
    if form.then.data != "next":
        return _done(_("Feedback sent."), submission_id)
    following = board.next_to_answer(current.actor(), submission_id)
    if following is None:
        return done(_("Feedback sent. No other work to read."), url_for("practitioner.board"))
    return _done(_("Feedback sent. This is the next one."), following)


@access.roles(Role.PRACTITIONER)
@takes(Comments, _page)
def return_work(form: Comments, submission_id: UUID) -> ResponseReturnValue:
    """``POST /submissions/<id>/return``: return the work with reasons."""
    review.return_work(current.actor(), submission_id, _typed(form))
    return _done(_("You have asked for changes."), submission_id)


def _typed(form: Comments) -> Feedback:
    words, seen = form.words.data, form.seen.data
    return Feedback(form.comments.data, words, seen, form.tab.data, form.beat.data)


def _done(said: str, submission_id: UUID) -> ResponseReturnValue:
    return done(said, url_for("practitioner.review", submission_id=submission_id))
