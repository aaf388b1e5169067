"""The pages for editing, previewing and approving the evaluation's questions."""

from flask import g, render_template, url_for
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
from companion.web.lead.ordered_list import OrderedList
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


@access.roles(Role.LEAD)
def questions_page() -> ResponseReturnValue:
    """``GET /lead/evaluation/questions``: list the questions and who approved them."""
    return _list_page(Place())


@access.roles(Role.LEAD)
def preview() -> ResponseReturnValue:
    """``GET /lead/evaluation/questions/preview``: show the questions as participants see them."""
    with current.store().reading() as tx:
        version = evaluation.newest(tx)
    return render_template("lead/evaluation_preview.html", version=version)


@access.roles(Role.LEAD)
@takes(Place, _list_page)
def approve(form: Place) -> ResponseReturnValue:
    """``POST /lead/evaluation/questions/approval``: approve the questions on the page."""
    questions.approve(current.actor(), form.seen.data)
    return _done(_("Approved. Participants are asked these questions from now on."))


def _new_page(form: NewQuestion) -> str:
    form.begins_with(kind=QuestionKind.SCALE.value)
    return render_template(
        "lead/evaluation_question_new.html", kinds=[kind.value for kind in QuestionKind], form=form
    )


@access.roles(Role.LEAD)
@takes(NewQuestion, _new_page)
def new(form: NewQuestion) -> ResponseReturnValue:
    """``GET`` and ``POST /lead/evaluation/questions/new``: add a question at the end."""
    questions.add(current.actor(), form.once.id_of_new, form.kind.data, form.typed)
    return _done(_("Question added at the end."))


def _question_page(form: Question, item: str) -> str:
    """Return a question's page.

    If another lead has changed the question, the page shows the changed question and the viewer's own text.
    """
    with current.store().reading() as tx:
        version = evaluation.newest(tx)
    found = version.questions.question(item)
    if found is None:
        raise NotFound
    form.begins_with(ask=found.ask, low_label=found.low_label, high_label=found.high_label)
    form.saw(version.number)
    return render_template(
        "lead/evaluation_question.html",
        question=found,
        found=[explained(each, language()) for each in look_again(version.questions).get(item, ())],
        form=form,
    )


@access.roles(Role.LEAD)
@takes(Question, _question_page)
def reword(form: Question, item: str) -> ResponseReturnValue:
    """``GET`` and ``POST /lead/evaluation/questions/<item>``: reword a question."""
    questions.reword(current.actor(), item, form.seen.data, form.typed)
    said = _("Question saved. Participants see the change once you approve the questions again.")
    return _done(said, item)


def _done(said: str, item: str = "") -> ResponseReturnValue:
    return done(said, _address(item))


def _address(item: str) -> str:
    return url_for("lead.evaluation_questions", _anchor=f"question-{item}" if item else None)


ORDER = OrderedList(
    questions,
    _list_page,
    _address,
    retired=lambda: _("Question removed."),
    asked_again=lambda: _("Question brought back."),
)
