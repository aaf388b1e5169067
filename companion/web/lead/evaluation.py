"""The pages with participants' evaluations."""

from flask import render_template
from flask.typing import ResponseReturnValue

from companion.domain.evaluation.evaluation import Batch, Question, Table, Texts, in_order, summed
from companion.domain.people import Role
from companion.services.evaluation import give
from companion.store.evaluation.evaluation import newest
from companion.web.gate import access, current
from companion.web.lead.spreadsheet import sheet
from companion.web.page.i18n import translate as _


@access.roles(Role.LEAD)
def evaluation() -> ResponseReturnValue:
    """``GET /lead/evaluation``: show the evaluations. The audit log records each time that a lead opens the
    evaluations.
    """
    batches, order = _batches()
    return render_template(
        "lead/evaluation.html",
        tables=summed(batches, order),
        batches=list(zip(range(len(batches), 0, -1), _texts(batches, order), strict=True)),
        people=sum(batch.people for batch in batches),
        order=order,
    )


@access.roles(Role.LEAD, fresh=True)
def file() -> ResponseReturnValue:
    """``GET /lead/evaluation/file``: download the tables, without written answers."""
    tables = summed(*_batches())
    head = (_("Question"), _("Answer"), _("People"), _("Of"))
    rows = [
        (table.question.ask, _step(table, step), count, table.people)
        for table in tables
        for step, count in table.rows
    ]
    return sheet("evaluation", head, rows)


def _batches() -> tuple[list[Batch], tuple[Question, ...]]:
    batches = give.read(current.actor())
    with current.store().reading() as tx:
        return batches, newest(tx).questions.asked


def _texts(batches: list[Batch], order: tuple[Question, ...]) -> list[list[Texts]]:
    """Return the written answers of each batch of evaluations, by question. Put the questions listed in
    ``order`` first, then the rest.
    """
    found = []
    for batch in batches:
        written = {texts.question: texts for texts in batch.texts}
        found.append([written[question] for question in in_order(written, order)])
    return found


def _step(table: Table, step: int | None) -> str:
    if step is None:
        return _("Would rather not say")
    ends = {1: table.question.low_label, 5: table.question.high_label}
    return f"{step} {ends.get(step, '')}".strip()
