"""Reading a submission as the conversation it was, and answering it."""

import secrets
from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from companion.domain.activities.conversation import Conversation
from companion.domain.activities.replies import replies
from companion.domain.people import Role
from companion.domain.refusals import ChangedElsewhere, NotAllowed, Problem, Rejected
from companion.services.work import review
from companion.services.work.review import Feedback
from companion.store.work.feedback_rows import COMMENT, REASONS
from companion.web.gate import access, clock, current, parked_forms
from companion.web.page.form_fields import mark, posted_number
from companion.web.page.i18n import saved_at
from companion.web.page.i18n import translate as _


@access.roles(Role.PRACTITIONER)
def review_page(submission_id: UUID) -> ResponseReturnValue:
    """``GET /submissions/<id>``: every look is recorded."""
    return _page(submission_id)


@access.roles(Role.PRACTITIONER)
def feedback(submission_id: UUID) -> ResponseReturnValue:
    """``POST /submissions/<id>/feedback``: keep what was written so far."""
    typing = request.form.get("then") == "typing"
    try:
        draft = review.save_feedback(current.actor(), submission_id, _typed())
    except (Rejected, ChangedElsewhere) as refusal:
        if typing:
            return {"why": "refused" if isinstance(refusal, Rejected) else "elsewhere"}, 409
        return _again(submission_id, refusal)
    except NotAllowed:
        if typing:
            return {"why": "closed"}, 409
        raise
    if typing:
        return {"saved": saved_at(clock.now()), "seen": draft.revision}
    flash(_("Your feedback is saved. It is not sent yet."))
    return redirect(url_for("practitioner.review", submission_id=submission_id), 303)


@access.roles(Role.PRACTITIONER)
def release(submission_id: UUID) -> ResponseReturnValue:
    """``POST /submissions/<id>/release``: from now on the participant sees the feedback."""
    try:
        review.release(current.actor(), submission_id, _typed())
    except (Rejected, ChangedElsewhere) as refusal:
        return _again(submission_id, refusal)
    flash(_("The feedback is sent."))
    return redirect(url_for("practitioner.review", submission_id=submission_id), 303)


@access.roles(Role.PRACTITIONER)
def return_work(submission_id: UUID) -> ResponseReturnValue:
    """``POST /submissions/<id>/return``: give it back with reasons; a further round opens."""
    try:
        review.return_work(current.actor(), submission_id, _typed())
    except (Rejected, ChangedElsewhere) as refusal:
        return _again(submission_id, refusal)
    flash(_("You have asked for changes."))
    return redirect(url_for("practitioner.review", submission_id=submission_id), 303)


def _typed() -> Feedback:
    comments = {
        name.removeprefix(COMMENT): text for name, text in request.form.items() if name.startswith(COMMENT)
    }
    words, seen = request.form.get(REASONS, ""), posted_number("seen")
    return Feedback(comments, words, seen, mark("tab"), posted_number("beat"))


def _again(submission_id: UUID, refusal: Rejected | ChangedElsewhere) -> ResponseReturnValue:
    if isinstance(refusal, Rejected):
        return _page(submission_id, refusal.problems), 422
    return _page(submission_id, (Problem("changed_elsewhere"),), conflict=True), 409


def _page(submission_id: UUID, problems: tuple[Problem, ...] = (), *, conflict: bool = False) -> str:
    """With a conflict both texts are shown, so that the next press knows what it replaces."""
    g.page = url_for("practitioner.review", submission_id=submission_id)
    found = review.open_submission(current.actor(), submission_id)
    earlier = [each for each in found.work.submissions if each.round < found.submission.round]
    typed = parked_forms.form()
    conversation = Conversation(found.work.activity, found.submission.answers)
    return render_template(
        "practitioner/review.html",
        review=found,
        conversation=conversation,
        guide=replies(conversation),
        earlier=earlier[-1] if earlier else None,
        typed=typed,
        seen=found.revision if conflict else typed.get("seen", found.revision),
        tab=secrets.token_urlsafe(12),
        conflict=conflict,
        problems=problems,
    )
