"""The evaluation's questions: editing, previewing and approving them."""

from flask import g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from companion.content import explained
from companion.domain.evaluation.editing import look_again
from companion.domain.evaluation.evaluation import QuestionKind
from companion.domain.people import Role
from companion.domain.refusals import NotFound
from companion.services.evaluation import questions
from companion.store.evaluation import evaluation
from companion.web.gate import access, current
from companion.web.lead.forms import NewQuestion, Place, Question
from companion.web.page.form import Form, done, takes
from companion.web.page.i18n import translate as _
from companion.web.page.languages import language


def _list_page(form: Form) -> str:
    g.page = url_for("lead.evaluation_questions")
    with current.store().reading() as tx:
        version = evaluation.newest(tx)
        offered = evaluation.offered(tx, unapproved_too=current.unapproved_too())
    return render_template(
        "lead/evaluation_questions.html", version=version, offered=offered, problems=form.problems
    )


def _list_again(form: Form, question: str) -> str:
    return _list_page(form)


@access.roles(Role.LEAD)
def questions_page() -> ResponseReturnValue:
    """``GET /lead/evaluation/questions``: in order, with who approved them."""
    return _list_page(Place())


@access.roles(Role.LEAD)
def preview() -> ResponseReturnValue:
    """``GET /lead/evaluation/questions/preview``: as participants see them."""
    with current.store().reading() as tx:
        version = evaluation.newest(tx)
    return render_template("lead/evaluation_preview.html", version=version)


@access.roles(Role.LEAD)
@takes(Place, _list_page)
def approve(form: Place) -> ResponseReturnValue:
    """``POST /lead/evaluation/questions/approval``"""
    questions.approve(current.actor(), form.seen.data)
    return _done(_("Approved. From now on participants are asked these questions."))


def _new_page(form: NewQuestion) -> str:
    form.begins_with(kind=QuestionKind.SCALE.value)
    return render_template(
        "lead/evaluation_question_new.html", kinds=[kind.value for kind in QuestionKind], form=form
    )


@access.roles(Role.LEAD)
@takes(NewQuestion, _new_page)
def new(form: NewQuestion) -> ResponseReturnValue:
    """``GET`` and ``POST /lead/evaluation/questions/new``: a new one at the end."""
    questions.add(current.actor(), form.once.id_of_new, form.kind.data, form.typed)
    return _done(_("The question is added at the end."))


def _question_page(form: Question, question: str) -> str:
    """Return the page; after a conflict it shows both texts, so that the next press knows what it replaces."""
    with current.store().reading() as tx:
        version = evaluation.newest(tx)
    found = version.questions.question(question)
    if found is None:
        raise NotFound
    form.begins_with(ask=found.ask, low_label=found.low_label, high_label=found.high_label)
    form.saw(version.number)
    return render_template(
        "lead/evaluation_question.html",
        question=found,
        found=[explained(each, language()) for each in look_again(version.questions).get(question, ())],
        form=form,
    )


@access.roles(Role.LEAD)
@takes(Question, _question_page)
def reword(form: Question, question: str) -> ResponseReturnValue:
    """``GET`` and ``POST /lead/evaluation/questions/<question>``: reword it."""
    questions.reword(current.actor(), question, form.seen.data, form.typed)
    said = _("The question is saved. It is asked like this once you approve the questions again.")
    return _done(said, question)


@access.roles(Role.LEAD)
@takes(Place, _list_again)
def move(form: Place, question: str) -> ResponseReturnValue:
    """``POST /lead/evaluation/questions/<question>/place``: move it a place ``up`` or ``down``."""
    questions.move(current.actor(), question, form.seen.data, form.to.data)
    return redirect(_address(question), 303)


@access.roles(Role.LEAD)
@takes(Place, _list_again)
def retire(form: Place, question: str) -> ResponseReturnValue:
    """``POST /lead/evaluation/questions/<question>/retirement``: stop asking it."""
    questions.retire(current.actor(), question, form.seen.data, retired=True)
    return _done(_("The question is asked no more."), question)


@access.roles(Role.LEAD)
@takes(Place, _list_again)
def bring_back(form: Place, question: str) -> ResponseReturnValue:
    """``POST /lead/evaluation/questions/<question>/return``: ask it again."""
    questions.retire(current.actor(), question, form.seen.data, retired=False)
    return _done(_("The question is asked again."), question)


def _done(said: str, question: str = "") -> ResponseReturnValue:
    return done(said, _address(question))


def _address(question: str) -> str:
    return url_for("lead.evaluation_questions", _anchor=f"question-{question}" if question else None)
