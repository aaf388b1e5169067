"""The questions of the evaluation, as the lead edits, looks at and approves them."""

from collections.abc import Callable

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from companion.content import explained
from companion.domain.evaluation.editing import Typed, look_again
from companion.domain.evaluation.evaluation import QuestionKind
from companion.domain.people import Role
from companion.domain.refusals import ChangedElsewhere, NotFound, Problem, Rejected
from companion.services.evaluation import questions
from companion.store.evaluation import evaluation
from companion.web.gate import access, current, parked_forms
from companion.web.page.form_fields import once, posted_number
from companion.web.page.i18n import translate as _
from companion.web.page.languages import language


@access.roles(Role.LEAD)
def questions_page() -> ResponseReturnValue:
    """``GET /lead/evaluation/questions``: in their order, and who approved them."""
    return _list_page()


@access.roles(Role.LEAD)
def preview() -> ResponseReturnValue:
    """``GET /lead/evaluation/questions/preview``: as a participant is asked them."""
    with current.store().reading() as tx:
        version = evaluation.newest(tx)
    return render_template("lead/evaluation_preview.html", version=version)


@access.roles(Role.LEAD)
def approve() -> ResponseReturnValue:
    """``POST /lead/evaluation/questions/approval``"""
    return _done(
        lambda: questions.approve(current.actor(), posted_number("seen")),
        _("Approved. From now on participants are asked these questions."),
    )


@access.roles(Role.LEAD)
def new() -> ResponseReturnValue:
    """``GET`` and ``POST /lead/evaluation/questions/new``: one more at the end."""
    if request.method != "POST":
        return _new_page(parked_forms.form())
    kind = request.form.get("kind", "")
    try:
        questions.add(current.actor(), once(), kind, _typed())
    except Rejected as rejected:
        return _new_page(request.form, rejected.problems), 422
    flash(_("The question is added at the end."))
    return _back()


@access.roles(Role.LEAD)
def reword(question: str) -> ResponseReturnValue:
    """``GET`` and ``POST /lead/evaluation/questions/<question>``: put it into other words."""
    if request.method != "POST":
        return _question_page(question)
    try:
        questions.reword(current.actor(), question, posted_number("seen"), _typed())
    except Rejected as rejected:
        return _question_page(question, rejected.problems), 422
    except ChangedElsewhere:
        return _question_page(question, (Problem("changed_elsewhere"),), conflict=True), 409
    flash(_("The question is saved. It is asked like this once you approve the questions again."))
    return _back(question)


@access.roles(Role.LEAD)
def move(question: str) -> ResponseReturnValue:
    """``POST /lead/evaluation/questions/<question>/place``: one place ``up`` or ``down``."""
    to = request.form.get("to", "")
    return _done(
        lambda: questions.move(current.actor(), question, posted_number("seen"), to),
        "",
        question,
    )


@access.roles(Role.LEAD)
def retire(question: str) -> ResponseReturnValue:
    """``POST /lead/evaluation/questions/<question>/retirement``: it is asked no more."""
    return _retire(question, _("The question is asked no more."), retired=True)


@access.roles(Role.LEAD)
def bring_back(question: str) -> ResponseReturnValue:
    """``POST /lead/evaluation/questions/<question>/return``: it is asked again."""
    return _retire(question, _("The question is asked again."), retired=False)


def _retire(question: str, said: str, *, retired: bool) -> ResponseReturnValue:
    return _done(
        lambda: questions.retire(current.actor(), question, posted_number("seen"), retired=retired),
        said,
        question,
    )


def _done(act: Callable[[], None], said: str, question: str = "") -> ResponseReturnValue:
    """Do it and go back to the list; what was refused is said above it."""
    try:
        act()
    except Rejected as rejected:
        return _list_page(rejected.problems), 422
    except ChangedElsewhere:
        return _list_page((Problem("changed_elsewhere"),)), 409
    if said:
        flash(said)
    return _back(question)


def _typed() -> Typed:
    form = request.form
    return form.get("ask", ""), form.get("low_label", ""), form.get("high_label", "")


def _back(question: str = "") -> ResponseReturnValue:
    anchor = f"question-{question}" if question else None
    return redirect(url_for("lead.evaluation_questions", _anchor=anchor), 303)


def _list_page(problems: tuple[Problem, ...] = ()) -> str:
    g.page = url_for("lead.evaluation_questions")
    with current.store().reading() as tx:
        version = evaluation.newest(tx)
        offered = evaluation.offered(tx, unapproved_too=current.unapproved_too())
    return render_template(
        "lead/evaluation_questions.html", version=version, offered=offered, problems=problems
    )


def _question_page(question_id: str, problems: tuple[Problem, ...] = (), *, conflict: bool = False) -> str:
    """With a conflict both texts are shown, so that the next press knows what it replaces."""
    with current.store().reading() as tx:
        version = evaluation.newest(tx)
    question = version.questions.question(question_id)
    if question is None:
        raise NotFound
    typed = parked_forms.form()
    return render_template(
        "lead/evaluation_question.html",
        question=question,
        seen=version.number if conflict else typed.get("seen", version.number),
        found=[explained(each, language()) for each in look_again(version.questions).get(question_id, ())],
        typed=typed,
        conflict=conflict,
        problems=problems,
    )


def _new_page(typed: MultiDict[str, str], problems: tuple[Problem, ...] = ()) -> str:
    return render_template(
        "lead/evaluation_question_new.html",
        kinds=[kind.value for kind in QuestionKind],
        typed=typed,
        problems=problems,
    )
