"""The pages for the evaluation.

The first page says who will see the evaluation. Answers are saved while the participant types, but can be
submitted only once.
"""

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from companion.domain.drafts import Draft, draft_of
from companion.domain.evaluation.evaluation import Evaluation, Questions
from companion.domain.forms import Form
from companion.domain.people import Role
from companion.domain.refusals import ChangedElsewhere, Problem, Refused, Rejected
from companion.services.evaluation import give
from companion.services.evaluation.give import EvaluationForm, EvaluationOffer
from companion.store.enrolments import enrolments
from companion.store.writer_queue import Busy
from companion.web.gate import access, current, locked_session
from companion.web.page.form import done, takes
from companion.web.page.i18n import saved_at
from companion.web.page.i18n import translate as _
from companion.web.page.unsaved import why
from companion.web.participant.forms import Evaluated, EvaluationGiven


@dataclass(frozen=True)
class Shown:
    """The evaluation form's contents.

    ``other`` is the draft from another browser window, if it differs from the draft in this window.
    """

    typed: Form
    seen: int = 0
    saved_at: datetime | None = None
    other: Evaluation | None = None
    tab: str = field(default_factory=lambda: secrets.token_urlsafe(12))

    def said(self, name: str) -> str:
        """Return a field's text."""
        return next(iter(self.typed.get(name, ())), "")


@access.roles(Role.PARTICIPANT)
@takes(Evaluated)
def evaluation(form: Evaluated) -> ResponseReturnValue:
    """``GET`` and ``POST /my/evaluation``: show the questions, and save the answers."""
    standing = _standing()
    if request.method != "POST" or standing.questions is None:
        return _page(standing), 200 if request.method != "POST" else 409
    try:
        Evaluation.typed(standing.questions, form.lists).require_something()
        _save(form)
    except Rejected as rejected:
        return _page(standing, rejected.problems), 422
    except ChangedElsewhere:
        return _page(_standing(), conflict=True), 409
    return redirect(url_for("participant.evaluation_check"), 303)


@access.roles(Role.PARTICIPANT, keeps_draft=True)
@takes(Evaluated)
def draft(form: Evaluated) -> ResponseReturnValue:
    """``POST /my/evaluation/draft``: save a draft.

    If a script sent the form, return JSON.
    """
    then, save = form.then.data, partial(_save, form)
    if current.signed_in().locked:
        tell = url_for("participant.tell", kept="yes")
        return locked_session.keep(save, url_for("participant.evaluation"), then, tell=tell)
    try:
        kept = save()
    except (Refused, SQLAlchemyError, Busy) as error:
        if then == "tell":
            return _tells(kept="no")
        if then == "typing" and isinstance(error, Refused):
            return {"why": why(error)}, 409
        raise
    if then == "typing":
        return {"seen": kept.revision, "saved": saved_at(kept.saved_at), "locked": False}
    if then == "tell":
        return _tells(kept="yes")
    return done(_("We've saved what you typed, and nobody has seen it."), url_for("participant.home"))


@access.roles(Role.PARTICIPANT)
def check() -> ResponseReturnValue:
    """``GET /my/evaluation/check``: show all the answers before the participant submits them."""
    return _check_page()


@access.roles(Role.PARTICIPANT)
@takes(EvaluationGiven)
def hand_in(form: EvaluationGiven) -> ResponseReturnValue:
    """``POST /my/evaluation/handing-in``: submit the evaluation."""
    try:
        give.give(
            current.actor(),
            form.number.data,
            form.seen.data,
            unapproved_too=current.unapproved_too(),
        )
    except Rejected as rejected:
        return _page(_standing(), rejected.problems), 422
    except ChangedElsewhere:
        return _check_page(changed=True)
    return redirect(url_for("participant.evaluation"), 303)


def _standing() -> EvaluationOffer:
    with current.store().reading() as tx:
        return give.standing(tx, current.viewer(), unapproved_too=current.unapproved_too())


def _save(form: Evaluated) -> Draft:
    typed = EvaluationForm(form.number.data, form.draft_seen.data, form.tab.data, form.lists, form.beat.data)
    return give.save(current.actor(), typed, unapproved_too=current.unapproved_too())


def _tells(*, kept: str) -> ResponseReturnValue:
    return redirect(url_for("participant.tell", kept=kept), 303)


def _page(standing: EvaluationOffer, problems: tuple[Problem, ...] = (), *, conflict: bool = False) -> str:
    g.page = url_for("participant.evaluation")
    with current.store().reading() as tx:
        case = enrolments.case(tx, enrolments.enrolment(tx, current.viewer()))
    return render_template(
        "participant/evaluation.html",
        standing=standing,
        shown=_shown(standing, conflict=conflict),
        practitioner=case.practitioner,
        problems=problems,
    )


def _shown(standing: EvaluationOffer, *, conflict: bool) -> Shown:
    form, kept = Evaluated(), standing.draft
    if not form.sent:
        return Shown(kept.typed, kept.revision, kept.saved_at) if kept else Shown({})
    typed: Form = form.lists
    asked, was_held = standing.questions, request.method != "POST"
    differs = kept and asked and (conflict or (was_held and kept.typed != draft_of(typed, asked.fields)))
    seen = kept.revision if kept and (conflict or was_held) else form.draft_seen.data
    return Shown(typed, seen, other=_opened(asked, kept.typed) if differs and kept and asked else None)


def _opened(questions: Questions, typed: Form) -> Evaluation | None:
    """Return the evaluation from the participant's saved draft, or None if the draft isn't valid."""
    try:
        return Evaluation.typed(questions, typed)
    except Rejected:
        return None


def _check_page(*, changed: bool = False) -> ResponseReturnValue:
    """Return the page for checking the answers.

    Redirect to the questions if the evaluation can't be submitted.
    """
    g.page = url_for("participant.evaluation_check")
    standing = _standing()
    said = (
        _opened(standing.questions, standing.draft.typed) if standing.questions and standing.draft else None
    )
    if said is None or not said.answers:
        return redirect(url_for("participant.evaluation"), 303 if request.method == "POST" else 302)
    page = render_template("participant/evaluation_check.html", standing=standing, said=said, changed=changed)
    return page, 409 if changed else 200
