"""The pages of the guided conversation: ask, answer, check and submit."""

import re
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from companion.domain.activities.replies import replies
from companion.domain.people import Role
from companion.domain.refusals import (
    ChangedElsewhere,
    LeavesPath,
    NotAllowed,
    NotFound,
    Problem,
    Refused,
    Rejected,
)
from companion.domain.work.work import Work
from companion.services.meetings.presence import Presence, presence_of
from companion.services.work import answer_drafts, answers, set_piece, submissions
from companion.services.work.answer_drafts import AnswerForm
from companion.services.work.way import take_way
from companion.store.enrolments import enrolments
from companion.store.enrolments.enrolments import Case
from companion.store.meetings import appointments
from companion.store.messages import messages
from companion.store.work import piece_list, work
from companion.store.writer_queue import Busy
from companion.web.gate import access, clock, current, locked_session
from companion.web.page import errors
from companion.web.page.form import takes
from companion.web.page.i18n import saved_at
from companion.web.page.i18n import translate as _
from companion.web.page.unsaved import why
from companion.web.participant.composer import Composer
from companion.web.participant.forms import Answer, Submission, Way
from companion.web.participant.plan.today import help_now
from companion.web.participant.practitioner import who_reads


@dataclass(frozen=True)
class OwnWork:
    """A piece of the signed-in participant's work, and the participant's enrolment.

    ``presence`` says whether the participant's practitioner has left the service or is away from work.
    """

    work: Work
    case: Case
    presence: Presence


@access.roles(Role.PARTICIPANT)
def ask(work_id: UUID) -> ResponseReturnValue:
    """``GET /my/work/<id>``: show the conversation so far.

    Record that the participant has seen any feedback, returned work or withdrawal.
    """
    found = _find(work_id)
    last = found.work.last
    if last and last.outcome and last.seen_at is None:
        submissions.see_feedback(current.actor(), last.id)
    if found.work.withdrawn_at and found.work.withdrawal_seen_at is None:
        set_piece.see_withdrawal(current.actor(), work_id)
    form = Answer()
    if form.sent:  # the answer comes from a locked session
        return _held(found, form)
    changing = request.args.get("change", "")
    opening = not changing and "on" not in request.args
    return _conversation(found, Composer.of(found.work, changing), opening=opening)


@access.roles(Role.PARTICIPANT, keeps_draft=True)
@takes(Answer)
def answer(form: Answer, work_id: UUID) -> ResponseReturnValue:
    """``POST /my/work/<id>/answers``: save an answer, or a draft if the sign-in session is locked."""
    typed = _typed(form)
    if current.signed_in().locked:
        return _keep_locked(work_id, typed, form.then.data)
    way, accepted = form.way.data, tuple(form.accept.data.split())
    try:
        after = answers.send_answer(current.actor(), work_id, typed, way, accepted)
    except LeavesPath as refusal:
        found = _find(work_id)
        return _conversation(found, Composer.confirming(found.work, typed, way, refusal.prompt_ids)), 409
    except Rejected as rejected:
        return _again(work_id, typed, rejected.as_one, 422)
    except ChangedElsewhere:
        return _again(work_id, typed, None, 409)
    is_open, turns = after.conversation.next_prompt, after.conversation.turns
    ends_talk = (
        bool(turns) and turns[-1].prompt.id == typed.prompt_id
    )  # False if later answers are shown again
    if "X-Fragment" in request.headers and (ends_talk or (is_open and is_open.id == typed.prompt_id)):
        found = _find(work_id)
        return _conversation(found, Composer.of(found.work), "participant/_fragment.html")
    if typed.seen and (is_open is None or is_open.id != typed.prompt_id):  # an existing answer was changed
        flash(_("We've saved your answer."))
    return redirect(url_for("participant.work", work_id=work_id, on="yes", _anchor="now"), 303)


@access.roles(Role.PARTICIPANT, keeps_draft=True)
@takes(Answer)
def draft(form: Answer, work_id: UUID) -> ResponseReturnValue:
    """``POST /my/work/<id>/draft``: save a draft.

    If a script sent the form, return JSON.
    """
    typed, then = _typed(form), form.then.data
    if current.signed_in().locked:
        return _keep_locked(work_id, typed, then)
    if then == "typing":
        return _keep_while_typing(work_id, typed)
    if then == "help":
        return _keep_and_help(work_id, typed)
    if then == "tell":
        return _keep_and_tell(work_id, typed)
    try:
        answer_drafts.save_draft(current.actor(), work_id, typed)
    except Rejected as rejected:
        return _again(work_id, typed, rejected.as_one, 422)
    except ChangedElsewhere:
        return _again(work_id, typed, None, 409)
    flash(_("We've saved what you typed, but your practitioner hasn't seen it yet."))
    return redirect(url_for("participant.home"), 303)


@access.roles(Role.PARTICIPANT)
@takes(Way)
def way(form: Way, work_id: UUID) -> ResponseReturnValue:
    """``POST /my/work/<id>/way``: choose the short version, the whole version, or the remaining questions."""
    with suppress(NotAllowed):  # if the choice isn't allowed, show the current state
        take_way(current.actor(), work_id, short=form.short.data == "yes")
    return redirect(url_for("participant.work", work_id=work_id, _anchor="now"), 303)


@access.uncounted
@access.roles(Role.PARTICIPANT)
def pause(work_id: UUID) -> ResponseReturnValue:
    """``GET /my/work/<id>/pause``: show *I need help now*.

    Companion neither records nor counts visits to the page *I need help now*.
    """
    _find(work_id)
    resume = url_for("participant.work", work_id=work_id, change=request.args.get("change"), _anchor="now")
    came_from: dict[str, Any] = {"from": work_id, "change": request.args.get("change")}
    return render_template(
        "participant/pause.html",
        **help_now(),
        resume_url=resume,
        tell_url=url_for("participant.tell", **came_from),
        message=False,
        kept=request.args.get("kept", ""),
    )


@access.roles(Role.PARTICIPANT)
def check(work_id: UUID) -> ResponseReturnValue:
    """``GET /my/work/<id>/check``: show all the answers before the participant submits them."""
    found = _find(work_id)
    if not found.work.can_answer or found.work.conversation.next_prompt:
        return redirect(url_for("participant.work", work_id=work_id, _anchor="now"))
    return _check_page(found, changed=False)


@access.roles(Role.PARTICIPANT)
@takes(Submission)
def submit(form: Submission, work_id: UUID) -> ResponseReturnValue:
    """``POST /my/work/<id>/submission``: submit the answers that the participant has checked."""
    try:
        submissions.submit(current.actor(), work_id, form.seen.data)
    except ChangedElsewhere:
        return _check_page(_find(work_id), changed=True), 409
    except NotAllowed as refusal:
        if refusal.key == "already_submitted":
            return redirect(url_for("participant.receipt", work_id=work_id), 303)
        if refusal.key in ("done_on_paper", "withdrawn"):
            return redirect(url_for("participant.work", work_id=work_id), 303)
        flash(_("You still have one question to answer before you can send your work."))
        return redirect(url_for("participant.work", work_id=work_id, _anchor="now"), 303)
    return redirect(url_for("participant.receipt", work_id=work_id), 303)


@access.roles(Role.PARTICIPANT)
def receipt(work_id: UUID) -> ResponseReturnValue:
    """``GET /my/work/<id>/receipt``: say when the work was sent, who reads the work, and what comes next."""
    with current.store().reading() as tx:
        piece = work.find(tx, current.viewer(), work_id)
        case = enrolments.case(tx, enrolments.enrolment(tx, current.viewer()))
        to_do = sum(each.to_do for each in piece_list.pieces(tx, [case.id])[case.id])
        have_written = messages.have_written(tx, case.id)
        upcoming = appointments.next_appointments(tx, [case.id], clock.now()).get(case.id)
        presence = presence_of(tx, case, clock.now())
    if piece.last is None:
        raise NotFound
    return render_template(
        "participant/receipt.html",
        work=piece,
        submission=piece.last,
        practitioner=who_reads(case),
        presence=presence,
        appointment=upcoming,
        to_do=to_do,
        have_written=have_written,
    )


def _address(piece: Work, prompt_id: str) -> str | None:
    """Return the name that URLs use for the question, or None if the participant won't be asked it."""
    asked = piece.conversation.asked(prompt_id)
    return asked.address if asked else None


def _find(work_id: UUID) -> OwnWork:
    with current.store().reading() as tx:
        row = work.own_row(tx, current.viewer(), work_id)
        case = enrolments.case(tx, row.enrolment)
        return OwnWork(work.work(tx, row), case, presence_of(tx, case, clock.now()))


def _typed(form: Answer) -> AnswerForm:
    return AnswerForm(
        prompt_id=form.prompt.data,
        seen=form.seen.data,
        draft_seen=form.draft_seen.data,
        tab=form.tab.data,
        form=form.lists,
        beat=form.beat.data,
        short=form.short.data == "yes",
    )


def _held(found: OwnWork, form: Answer) -> ResponseReturnValue:
    """If the session locked while the participant was answering, show their answer again after they've signed
    in.

    If the question is no longer asked, show only the answer's text.
    """
    prompt_id = form.prompt.data
    typed = AnswerForm(prompt_id, form.seen.data, -1, "", form.lists)
    composer = Composer.again(found.work, typed, None)
    if composer.prompt and composer.prompt.id == prompt_id:
        return _conversation(found, composer)
    return _conversation(found, replace(composer, unplaced=form.words_typed()))


def _conversation(
    found: OwnWork, composer: Composer, template: str = "participant/work.html", *, opening: bool = False
) -> str:
    """Return the page on which a participant answers the questions of a piece of work.

    With ``opening``, the page shows the full information about confidentiality above the form.
    """
    g.page = url_for("participant.work", work_id=found.work.id)
    return render_template(
        template,
        work=found.work,
        conversation=found.work.conversation,
        guide=replies(found.work.conversation),
        practitioner=who_reads(found.case),
        presence=found.presence,
        prompt=composer.prompt,
        added=request.args.get("added", ""),
        opening=opening,
        **vars(composer),
    )


def _check_page(found: OwnWork, *, changed: bool) -> str:
    return render_template(
        "participant/check.html",
        work=found.work,
        conversation=found.work.conversation,
        practitioner=who_reads(found.case),
        presence=found.presence,
        changed=changed,
    )


def _again(work_id: UUID, typed: AnswerForm, problem: Problem | None, status: int) -> ResponseReturnValue:
    """Return the conversation page with the answer that couldn't be saved, and with the reason.

    If the question is no longer asked, return an error page with the text that the participant typed.
    """
    found = _find(work_id)
    composer = Composer.again(found.work, typed, problem)
    if composer.prompt is None or composer.prompt.id != typed.prompt_id:
        return errors.page(status, problems=(problem or Problem("no_such_prompt"),))
    return _conversation(found, composer), status


def _keep_while_typing(work_id: UUID, typed: AnswerForm) -> ResponseReturnValue:
    try:
        kept = answer_drafts.save_draft(current.actor(), work_id, typed)
    except (Rejected, NotAllowed, NotFound, ChangedElsewhere) as refusal:
        return {"why": why(refusal)}, 409
    return {"seen": kept.revision, "saved": saved_at(kept.saved_at), "locked": False}


def _keep_and_help(work_id: UUID, typed: AnswerForm) -> ResponseReturnValue:
    """Save what the participant typed, if possible, and always redirect to the help page."""
    kept = _kept(work_id, typed)
    change = _address(_find(work_id).work, typed.prompt_id)
    return redirect(url_for("participant.pause", work_id=work_id, change=change, kept=kept), 303)


def _keep_and_tell(work_id: UUID, typed: AnswerForm) -> ResponseReturnValue:
    """Redirect to the page *Tell us something that can't wait*, even if the participant's text couldn't be
    saved.
    """
    kept = _kept(work_id, typed)
    change = _address(_find(work_id).work, typed.prompt_id)
    came_from: dict[str, Any] = {"from": work_id}  # ``from`` is a reserved word in Python
    return redirect(url_for("participant.tell", change=change, kept=kept, **came_from), 303)


def _kept(work_id: UUID, typed: AnswerForm) -> str:
    """Save what the participant typed, if possible. Return "yes" if the text was saved, otherwise "no"."""
    try:
        answer_drafts.save_draft(current.actor(), work_id, typed)
    except (Refused, SQLAlchemyError, Busy):
        return "no"
    return "yes"


def _keep_locked(work_id: UUID, typed: AnswerForm, then: str) -> ResponseReturnValue:
    """The session is locked: keep the answer as a draft, and send the participant to sign in.

    The redirect's URL usually contains the question's id. Leave the question's id out of the URL if the id
    contains a hash of the participant's words.
    """
    of_item = not re.fullmatch(r"[a-z0-9-]+", typed.prompt_id)
    came_from: dict[str, Any] = {"from": work_id, "change": None if of_item else typed.prompt_id}
    return locked_session.keep(
        lambda: answer_drafts.save_draft(current.actor(), work_id, typed),
        url_for("participant.work", work_id=work_id, change=came_from["change"], _anchor="now"),
        then,
        tell=url_for("participant.tell", kept="yes", **came_from),
        held_too=of_item,
    )
