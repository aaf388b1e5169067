"""Suggest lines for the plan from the participant's submitted answers."""

from itertools import islice
from uuid import UUID

from companion.domain.plan.guided import Ask
from companion.domain.plan.plan import Plan
from companion.domain.plan.ready_lines import MOST, ReadyLine, lines_of
from companion.domain.plan.suggested_words import Row
from companion.store.base import Transaction
from companion.store.work.last_rounds import last_rounds


def ready_lines(tx: Transaction, enrolment_id: UUID, whole: Plan, asked: Ask) -> list[ReadyLine]:
    """Suggest answers to a plan question: up to ``MOST`` different lines from the latest submissions of all
    the work.

    The caller must have checked that the viewer may see the enrolment.
    """
    there = whole.of(asked.part.id, asked.stage)
    of_each = (
        lines_of(asked, each.work_id, each.activity.prompts, each.answers, there)
        for each in last_rounds(tx, enrolment_id)
    )
    by_words: dict[Row, ReadyLine] = {}
    for lines in of_each:
        for line in lines:
            by_words.setdefault(line.row, line)
    return list(islice(by_words.values(), MOST))
