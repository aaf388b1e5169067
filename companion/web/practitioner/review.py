"""Reading a submission as the conversation it was, and giving feedback."""

import secrets
from uuid import UUID

from flask import g, render_template, url_for
from flask.typing import ResponseReturnValue

from companion.domain.activities.conversation import Conversation
from companion.domain.activities.replies import replies
from companion.domain.activities.short_version import on_way
from companion.domain.people import Role
from companion.services.work import review
from companion.services.work.review import Feedback
from companion.web.gate import access, clock, current
from companion.web.page.form import done, takes
from companion.web.page.i18n import saved_at
from companion.web.page.i18n import translate as _
from companion.web.page.unsaved import while_typing
from companion.web.practitioner.forms import Comments


def _page(form: Comments, submission_id: UUID) -> str:
    """Return the page; after a conflict it shows both texts, so that the next press knows what it replaces."""
    g.page = url_for("practitioner.review", submission_id=submission_id)
    found = review.open_submission(current.actor(), submission_id)
    earlier = [each for each in found.work.submissions if each.round < found.submission.round]
    asked = on_way(found.work.activity, short=found.submission.short)
    conversation = Conversation(asked, found.submission.answers)
    form.begins_with(words=found.submission.words)
    form.saw(found.revision)
    return render_template(
        "practitioner/review.html",
        review=found,
        conversation=conversation,
        guide=replies(conversation),
        earlier=earlier[-1] if earlier else None,
        newer=found.newer,
        tab=secrets.token_urlsafe(12),
        form=form,
    )


@access.roles(Role.PRACTITIONER)
def review_page(submission_id: UUID) -> ResponseReturnValue:
    """``GET /submissions/<id>``: every read is recorded."""
    return _page(Comments(), submission_id)


@access.roles(Role.PRACTITIONER)
@takes(Comments, _page)
def feedback(form: Comments, submission_id: UUID) -> ResponseReturnValue:
    """``POST /submissions/<id>/feedback``: save what is written so far."""

    def save() -> dict[str, object]:
        draft = review.save_feedback(current.actor(), submission_id, _typed(form))
        return {"saved": saved_at(clock.now()), "seen": draft.revision}

    if form.then.data == "typing":
        return while_typing(save)
    save()
    return _done(_("Your feedback is saved. It is not sent yet."), submission_id)


@access.roles(Role.PRACTITIONER)
@takes(Comments, _page)
def release(form: Comments, submission_id: UUID) -> ResponseReturnValue:
    """``POST /submissions/<id>/release``: send the feedback to the participant."""
    review.release(current.actor(), submission_id, _typed(form))
    return _done(_("The feedback is sent."), submission_id)


@access.roles(Role.PRACTITIONER)
@takes(Comments, _page)
def return_work(form: Comments, submission_id: UUID) -> ResponseReturnValue:
    """``POST /submissions/<id>/return``: return the work with reasons; another round opens."""
    review.return_work(current.actor(), submission_id, _typed(form))
    return _done(_("You have asked for changes."), submission_id)


def _typed(form: Comments) -> Feedback:
    words, seen = form.words.data, form.seen.data
    return Feedback(form.comments.data, words, seen, form.tab.data, form.beat.data)


def _done(said: str, submission_id: UUID) -> ResponseReturnValue:
    return done(said, url_for("practitioner.review", submission_id=submission_id))
