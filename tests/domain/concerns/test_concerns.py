"""Test concerns' deadlines, who must be told, and the rules that a lead sets."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.domain.concerns.concern_rules import ConcernRules, Limits, typed
from companion.domain.concerns.concerns import Concern, ConcernKind, ConcernState, ConcernStepKind, Passed
from companion.domain.concerns.escalation import Reach, due_to, with_whom
from companion.domain.refusals import Rejected
from companion.domain.time.london import LONDON
from companion.domain.time.working_days import is_working_day

PRIYA, MARGARET, RUTH, HELEN = (UUID(int=number) for number in range(1, 5))
LEADS = (MARGARET, RUTH, HELEN)
COVERED = ConcernRules(1, lead=MARGARET, cover=RUTH)
MONDAY_NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
FRIDAY_EVENING = datetime(2026, 11, 27, 19, 40, tzinfo=UTC)
NEW = Concern(ConcernKind.TOLD, ConcernState.NEW, Limits(MONDAY_NOON, MONDAY_NOON + timedelta(days=1)), PRIYA)
TAKEN = replace(NEW, state=ConcernState.TAKEN, taken_by=HELEN)
MINUTE = timedelta(minutes=1)


def london(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=LONDON)  # type: ignore[arg-type,misc]  # ``moment`` is year, month, day, hour, minute


@pytest.mark.parametrize(
    ("raised", "take_by", "finish_by"),
    [
        # this is a Friday evening
        (london(2026, 11, 27, 19, 40), london(2026, 11, 30, 12), london(2026, 12, 1, 12)),
        (london(2026, 11, 24, 9), london(2026, 11, 25, 12), london(2026, 11, 26, 12)),
        # shortly after midnight
        (london(2026, 11, 25, 0, 5), london(2026, 11, 26, 12), london(2026, 11, 27, 12)),
        (london(2026, 11, 29, 3), london(2026, 11, 30, 12), london(2026, 12, 1, 12)),  # this is a Sunday
        (london(2026, 4, 2, 16), london(2026, 4, 7, 12), london(2026, 4, 8, 12)),  # before Easter
        (london(2026, 12, 23, 16), london(2026, 12, 24, 12), london(2026, 12, 29, 12)),  # over Christmas
        # the clocks go forward, and it is Easter
        (london(2027, 3, 26, 20), london(2027, 3, 30, 12), london(2027, 3, 31, 12)),
        (london(2026, 10, 23, 20), london(2026, 10, 26, 12), london(2026, 10, 27, 12)),  # the clocks go back
    ],
)
def test_a_concern_gets_its_deadlines_when_it_is_raised(
    raised: datetime, take_by: datetime, finish_by: datetime
) -> None:
    assert ConcernRules().limits(raised) == Limits(take_by, finish_by)


@given(st.integers(0, 15 * 365 * 24 * 60))
def test_a_concern_is_never_overdue_before_noon_of_the_next_working_day(minutes: int) -> None:
    raised = datetime(2020, 1, 1, tzinfo=UTC) + MINUTE * minutes
    limits = ConcernRules().limits(raised)
    days = [limit.astimezone(LONDON) for limit in (limits.take_by, limits.finish_by)]
    assert all((day.hour, day.minute) == (12, 0) and is_working_day(day.date()) for day in days)
    day, counted = raised.astimezone(LONDON).date(), 0
    while day < days[0].date():
        day += timedelta(days=1)
        counted += is_working_day(day)
    assert counted == 1
    concern = replace(NEW, limits=limits)
    assert concern.overdue_since(limits.take_by - MINUTE) is None
    assert concern.overdue_since(limits.take_by) == limits.take_by


def told(
    concern: Concern, now: datetime, rules: ConcernRules = COVERED, leads: tuple[UUID, ...] = LEADS
) -> dict[str, set[UUID]]:
    found: dict[str, set[UUID]] = {}
    for each in due_to(concern, rules, leads, now):
        found.setdefault(each.of, set()).add(each.account)
    return found


def test_the_lead_is_told_of_every_new_concern() -> None:
    assert told(NEW, FRIDAY_EVENING) == {"told": {PRIYA, MARGARET}}
    for kind in (ConcernKind.RAISED, ConcernKind.ABOUT_PRACTITIONER):
        assert told(replace(NEW, kind=kind), FRIDAY_EVENING) == {"told": {MARGARET}}


def test_while_the_lead_is_away_a_new_concern_goes_to_the_covering_lead() -> None:
    away = replace(COVERED, away_from=date(2026, 11, 27), away_until=date(2026, 11, 29))
    assert told(NEW, FRIDAY_EVENING, away) == {"told": {PRIYA, RUTH}}
    assert told(NEW, london(2026, 11, 29, 23, 59), away)["told"] == {PRIYA, RUTH}
    assert told(NEW, london(2026, 11, 30, 0, 1), away)["told"] == {PRIYA, MARGARET}
    # the covering lead has left, so the next lead is told
    assert told(NEW, FRIDAY_EVENING, away, (MARGARET, HELEN))["told"] == {PRIYA, HELEN}
    # every other lead has left
    assert told(NEW, FRIDAY_EVENING, away, (MARGARET,))["told"] == {PRIYA, MARGARET}


def test_a_concern_that_nobody_took_on_goes_to_the_covering_lead() -> None:
    assert "told_not_taken" not in told(NEW, MONDAY_NOON - MINUTE)
    assert told(NEW, MONDAY_NOON)["told_not_taken"] == {RUTH}
    assert told(NEW, MONDAY_NOON + 119 * MINUTE)["told_not_taken"] == {RUTH}
    assert told(NEW, MONDAY_NOON + 120 * MINUTE)["told_not_taken"] == {*LEADS}


def test_all_leads_are_told_about_an_overdue_concern_if_no_lead_is_named_as_cover() -> None:
    for rules in (ConcernRules(), replace(COVERED, cover=None), replace(COVERED, cover=UUID(int=9))):
        assert told(NEW, MONDAY_NOON, rules)["told_not_taken"] == {*LEADS}


def test_a_concern_that_is_unfinished_at_its_deadline_goes_to_the_covering_lead() -> None:
    tuesday = MONDAY_NOON + timedelta(days=1)
    assert told(TAKEN, tuesday - MINUTE) == {}
    assert told(TAKEN, tuesday) == {"told_not_finished": {RUTH, HELEN}}  # Helen took the concern
    assert told(TAKEN, tuesday + 120 * MINUTE) == {"told_not_finished": {*LEADS}}


@pytest.mark.parametrize("state", [ConcernState.PASSED_ON, ConcernState.CLOSED])
def test_a_concern_that_is_referred_on_or_closed_is_never_overdue(state: ConcernState) -> None:
    finished = replace(NEW, state=state)
    assert told(finished, MONDAY_NOON + timedelta(days=900)) == {}
    assert with_whom(finished, COVERED, LEADS, MONDAY_NOON) == (Reach.NOBODY, set())
    assert finished.is_open == (state is ConcernState.PASSED_ON)


def test_a_lead_who_cannot_sign_in_is_never_told_of_a_concern() -> None:
    # of the remaining leads, Ruth was the first to join
    assert told(NEW, FRIDAY_EVENING, leads=(RUTH, HELEN))["told"] == {PRIYA, RUTH}
    # every possible covering lead has left
    assert told(NEW, MONDAY_NOON, leads=(RUTH, HELEN))["told_not_taken"] == {RUTH, HELEN}
    assert told(NEW, MONDAY_NOON, leads=()) == {"told": {PRIYA}}


@pytest.mark.parametrize(
    ("concern", "now", "reach", "whom"),
    [
        (NEW, FRIDAY_EVENING, Reach.LEAD, {MARGARET}),
        (NEW, MONDAY_NOON, Reach.COVER, {RUTH}),
        (NEW, MONDAY_NOON + 120 * MINUTE, Reach.EVERY_LEAD, {*LEADS}),
        (TAKEN, MONDAY_NOON, Reach.TAKER, {HELEN}),
        (TAKEN, MONDAY_NOON + timedelta(days=1), Reach.COVER, {RUTH, HELEN}),
    ],
)
def test_rules_and_deadlines_decide_who_must_act_on_a_concern(
    concern: Concern, now: datetime, reach: Reach, whom: set[UUID]
) -> None:
    assert with_whom(concern, COVERED, LEADS, now) == (reach, whom)


@given(
    st.sampled_from([NEW, TAKEN]),
    st.integers(-5000, 20_000),
    st.integers(0, 20_000),
    st.sampled_from([COVERED, ConcernRules(), replace(COVERED, hours_until_all=0)]),
)
def test_people_are_told_of_a_concern_repeatedly_until_somebody_acts(
    concern: Concern, first: int, more: int, rules: ConcernRules
) -> None:
    before, after = (MONDAY_NOON + MINUTE * minutes for minutes in (first, first + more))
    first_told, told_later = (
        {each.account for each in due_to(concern, rules, LEADS, moment)} for moment in (before, after)
    )
    assert first_told <= told_later


RIGHT = {
    "lead": str(MARGARET), "cover": str(RUTH), "away_from": "2026-12-24", "away_until": "2027-01-02",
    "hour": "10", "take_days": "2", "finish_days": "3", "hours_until_all": "0",
}  # fmt: skip


def test_concern_rules_are_read_from_a_form() -> None:
    rules = typed(RIGHT, LEADS, 7)
    assert rules == ConcernRules(7, MARGARET, date(2026, 12, 24), date(2027, 1, 2), RUTH, 10, 2, 3, 0)
    limits = rules.limits(FRIDAY_EVENING)
    assert limits == Limits(london(2026, 12, 1, 10), london(2026, 12, 4, 10))


@pytest.mark.parametrize(
    ("wrong", "problems"),
    [
        ({"lead": str(PRIYA)}, {("lead", "not_offered")}),
        ({"cover": str(MARGARET)}, {("cover", "cover_is_lead")}),
        ({"cover": ""}, {("cover", "away_without_cover")}),
        ({"away_until": "2026-12-23"}, {("away_until", "ends_before")}),
        ({"away_until": ""}, {("away_until", "other_end")}),
        ({"away_from": ""}, {("away_from", "other_end")}),
        ({"away_from": "soon"}, {("away_from", "bad_date")}),
        ({"hour": "24", "take_days": "0"}, {("hour", "whole_number"), ("take_days", "whole_number")}),
        ({"finish_days": "11"}, {("finish_days", "whole_number")}),
        ({"hours_until_all": "73"}, {("hours_until_all", "whole_number")}),
    ],
)
def test_invalid_concern_rules_are_refused(wrong: dict[str, str], problems: set[tuple[str, str]]) -> None:
    with pytest.raises(Rejected) as refused:
        typed({**RIGHT, **wrong}, LEADS, 1)
    assert {(problem.field, problem.key) for problem in refused.value.problems} == problems


def test_the_form_for_referring_on_a_concern_is_parsed_correctly() -> None:
    now = london(2026, 7, 1, 14)
    assert Passed.typed(" The duty team ", "2026-07-01", "14:00", now) == Passed("The duty team", now)
    assert Passed.typed("", " ", "", now, required=False) is None
    for to, day, clock in (("", "2026-07-01", "13:00"), ("A", "", "13:00"), ("A", "2026-07-01", "14:01")):
        with pytest.raises(Rejected):
            Passed.typed(to, day, clock, now, required=False)


def test_the_first_notice_of_a_concern_and_the_overdue_notice_are_recorded_separately() -> None:
    assert {each.of for each in due_to(NEW, COVERED, LEADS, MONDAY_NOON)} == {
        ConcernStepKind.TOLD,
        ConcernStepKind.TOLD_NOT_TAKEN,
    }
