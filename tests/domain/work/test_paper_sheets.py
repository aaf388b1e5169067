"""Test the blank sheets on which a participant can do work on paper."""

import pytest

from companion.content import starter_activities
from companion.domain.activities.activity import Activity, read
from companion.domain.work.paper_sheets import COPIES, questions
from tests.domain.planted import SOUND

WALK = read(SOUND.encode())


def test_questions_on_paper_are_numbered() -> None:
    assert [(each.number, each.copy) for each in questions(WALK)] == [
        (1, 0), (2, 0), (3, 0), (4, 1), (5, 1), (4, 2), (5, 2), (4, 3), (5, 3), (6, 0),
    ]  # fmt: skip
    parts = [each for each in questions(WALK) if each.part]
    assert [(each.part, each.of) for each in parts] == [((4, 5), 3)] and COPIES == 3


def test_a_printed_branch_says_which_question_follows_each_answer() -> None:
    first, second, *_ = questions(WALK)
    assert [(lead.to, lead.condition is None) for lead in first.leads] == [(3, False), (2, True)]
    assert [(lead.to, lead.condition) for lead in second.leads] == [(6, None)]
    in_part = next(each for each in questions(WALK) if each.number == 4)
    assert [(lead.again, lead.to) for lead in in_part.leads] == [(True, None), (False, 5)]


@pytest.mark.parametrize("activity", starter_activities(), ids=lambda activity: activity.id)
def test_every_starter_activity_can_be_printed_on_sheets(activity: Activity) -> None:
    found = questions(activity)
    assert {each.number for each in found} == set(range(1, len(activity.prompts) + 1))
    for each in found:
        assert each.recalls is None or each.recalls < each.number
        for lead in each.leads:
            assert lead.again or lead.to is None or lead.to > each.number
