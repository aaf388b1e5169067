"""Test which pages stay open after the programme, and for how long."""

from datetime import date, timedelta

import pytest

from companion.domain.enrolments.after_programme import (
    AT_FIRST,
    CHOSEN,
    DAYS_MOST,
    AfterProgrammeRules,
    Open,
    Scope,
    Term,
    open_to_him,
    typed,
)
from companion.domain.enrolments.pathway import EXPECTS_WORK, PathwayState
from companion.domain.refusals import Rejected

SINCE = date(2026, 11, 24)
FORM = {f"{state}-scope": "plan" for state in CHOSEN} | {f"{state}-days": "10" for state in CHOSEN}


def test_each_level_of_access_after_the_programme_includes_the_lower_levels() -> None:
    order = [Scope.NOTHING, Scope.HELP, Scope.MESSAGES, Scope.PLAN, Scope.EVERYTHING]
    for more, one in enumerate(order):
        assert [one.holds(other) for other in order] == [less <= more for less in range(len(order))]


@pytest.mark.parametrize("state", PathwayState)
def test_the_stage_of_the_pathway_decides_which_pages_a_participant_can_open(
    state: PathwayState,
) -> None:
    found = open_to_him(state, SINCE, AfterProgrammeRules(), SINCE)
    if state in EXPECTS_WORK:
        assert found == Open(Scope.EVERYTHING)
    elif state in CHOSEN:
        term = AT_FIRST[state]
        assert found == Open(term.scope, SINCE + timedelta(days=term.days))
    else:
        assert found == Open(Scope.NOTHING if state is PathwayState.DIED else Scope.PLAN)


@pytest.mark.parametrize("state", CHOSEN)
def test_after_the_last_day_of_access_participants_can_open_only_the_help_page(state: PathwayState) -> None:
    rules = AfterProgrammeRules(1, {each: Term(Scope.PLAN, 10) for each in CHOSEN})
    last = SINCE + timedelta(days=10)
    assert open_to_him(state, SINCE, rules, last) == Open(Scope.PLAN, last)
    assert open_to_him(state, SINCE, rules, last + timedelta(days=1)) == Open(Scope.HELP)
    alone = AfterProgrammeRules(2, {each: Term(Scope.HELP, 10) for each in CHOSEN})
    assert open_to_him(state, SINCE, alone, SINCE) == Open(Scope.HELP)


def test_a_form_can_set_what_participants_can_open_after_the_programme_and_for_how_long() -> None:
    rules = typed(FORM | {"closed-scope": "help", "closed-days": " 3650 "}, 3)
    assert rules.number == 3 and rules.terms[PathwayState.CLOSED] == Term(Scope.HELP, DAYS_MOST)
    assert rules.terms[PathwayState.NOT_NOW] == Term(Scope.PLAN, 10)


@pytest.mark.parametrize(
    ("field", "text"),
    [
        *(("closed-scope", text) for text in ("", "everything", "nothing", "Plan")),
        *(("not_now-days", text) for text in ("", "0", "3651", "-1", "1.5", "٣", "9" * 5000)),
    ],
)
def test_an_invalid_setting_for_access_after_the_programme_is_refused(field: str, text: str) -> None:
    with pytest.raises(Rejected) as refused:
        typed(FORM | {field: text}, 1)
    assert [problem.field for problem in refused.value.problems] == [field]
