"""Test who must act on a concern, who is reminded of the concern, and which lead's name participants see."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from companion.domain.concerns.concern_rules import ConcernRules, Limits
from companion.domain.concerns.concerns import Concern, ConcernKind, ConcernState, ConcernStepKind
from companion.domain.concerns.escalation import Promise, Reach, Telling, due_to, promise, with_whom

PRIYA, MARGARET, RUTH, HELEN = (UUID(int=number) for number in range(1, 5))
LEADS = (MARGARET, RUTH, HELEN)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """Return a time in November 2026. The tests count days from 1 November, so day 31 is 1 December."""
    return datetime(2026, 11 + day // 31, day % 31 + day // 31, hour, minute, tzinfo=UTC)


FRIDAY, SATURDAY, MONDAY, TUESDAY, WEDNESDAY = at(27, 19, 40), at(28, 0), at(30, 12), at(31, 12), at(32, 12)
NEW = Concern(ConcernKind.RAISED, ConcernState.NEW, Limits(MONDAY, TUESDAY), PRIYA)
HERS = replace(NEW, state=ConcernState.TAKEN, taken_by=MARGARET)
HERE = ConcernRules(1, MARGARET, cover=RUTH)
AWAY = replace(HERE, away_from=date(2026, 11, 28), away_until=date(2026, 12, 1))
"""The rules for concerns while the lead is away from Saturday to Tuesday."""
UNCOVERED = replace(AWAY, cover=None)
ALONE = (MARGARET,)


@pytest.mark.parametrize(
    ("concern", "rules", "leads", "now", "reach", "whom"),
    [
        # before the first deadline
        (NEW, HERE, LEADS, FRIDAY, Reach.LEAD, {MARGARET}),
        (NEW, AWAY, LEADS, FRIDAY, Reach.LEAD, {MARGARET}),
        (NEW, AWAY, LEADS, SATURDAY, Reach.COVER, {RUTH}),
        (NEW, UNCOVERED, LEADS, SATURDAY, Reach.LEAD, {RUTH}),  # the next lead in the order of joining
        (NEW, AWAY, (MARGARET, HELEN), SATURDAY, Reach.LEAD, {HELEN}),  # the covering lead has left
        (NEW, UNCOVERED, ALONE, SATURDAY, Reach.LEAD, {MARGARET}),  # every other lead has left
        (NEW, AWAY, (), SATURDAY, Reach.LEAD, set()),
        (NEW, AWAY, (RUTH, HELEN), SATURDAY, Reach.LEAD, {RUTH}),  # the lead has left
        # after a deadline
        (NEW, HERE, LEADS, MONDAY, Reach.COVER, {RUTH}),
        (NEW, HERE, LEADS, at(30, 14), Reach.EVERY_LEAD, {*LEADS}),
        (NEW, AWAY, LEADS, MONDAY, Reach.COVER, {RUTH}),
        (NEW, AWAY, LEADS, at(30, 14), Reach.EVERY_LEAD, {RUTH, HELEN}),
        (NEW, AWAY, LEADS, WEDNESDAY, Reach.EVERY_LEAD, {*LEADS}),
        (NEW, UNCOVERED, ALONE, MONDAY, Reach.EVERY_LEAD, {MARGARET}),
        # after the lead took the concern
        (HERS, HERE, LEADS, MONDAY, Reach.TAKER, {MARGARET}),
        (HERS, AWAY, LEADS, MONDAY, Reach.COVER, {RUTH}),
        (
            HERS,
            HERE,
            (RUTH, HELEN),
            MONDAY,
            Reach.LEAD,
            {RUTH},
        ),  # the lead has left since taking the concern on
        (HERS, HERE, LEADS, TUESDAY, Reach.COVER, {RUTH, MARGARET}),
        (replace(NEW, state=ConcernState.PASSED_ON), AWAY, LEADS, WEDNESDAY, Reach.NOBODY, set()),
        (replace(NEW, state=ConcernState.CLOSED), AWAY, LEADS, WEDNESDAY, Reach.NOBODY, set()),
    ],
)
def test_who_must_act_on_a_concern_depends_on_rules_and_deadlines_and_absences(
    concern: Concern,
    rules: ConcernRules,
    leads: tuple[UUID, ...],
    now: datetime,
    reach: Reach,
    whom: set[UUID],
) -> None:
    assert with_whom(concern, rules, leads, now) == (reach, whom)


@pytest.mark.parametrize(
    ("concern", "rules", "now", "told", "since"),
    [
        (NEW, AWAY, at(29, 9), {RUTH}, SATURDAY),
        (NEW, AWAY, at(30, 13), {RUTH}, MONDAY),
        (NEW, AWAY, at(30, 15), {RUTH, HELEN}, MONDAY),
        (NEW, AWAY, at(31, 13), {RUTH, HELEN}, TUESDAY),  # the second deadline
        (NEW, AWAY, at(32, 1), {*LEADS}, at(32, 0)),  # the lead has returned
        # from then on, everybody is told again on each working day
        (NEW, AWAY, at(32, 13), {*LEADS}, WEDNESDAY),
        (
            NEW,
            AWAY,
            at(36, 13),
            {*LEADS},
            at(34, 12),
        ),  # this is a Sunday, and the last notice was due on Friday
        (NEW, replace(HERE, cover=HELEN, since=at(30, 13)), at(30, 13, 30), {HELEN, MARGARET}, at(30, 13)),
        (HERS, AWAY, at(30, 13), {RUTH}, SATURDAY),
        (HERS, AWAY, at(31, 13), {RUTH}, TUESDAY),
        (HERS, AWAY, at(32, 1), {*LEADS}, at(32, 0)),
    ],
)
def test_people_are_told_again_about_a_concern_at_each_deadline(
    concern: Concern, rules: ConcernRules, now: datetime, told: set[UUID], since: datetime
) -> None:
    due = due_to(concern, rules, LEADS, now)
    assert {each.account for each in due} == told
    assert {moment for each, moment in due.items() if each.account in told} == {since}


def test_a_practitioner_is_told_once_of_a_participants_concern() -> None:
    told = replace(NEW, kind=ConcernKind.TOLD)
    moments = [
        due_to(told, AWAY, LEADS, now)[Telling(PRIYA, ConcernStepKind.TOLD)] for now in (FRIDAY, WEDNESDAY)
    ]
    assert moments[0] == moments[1] < FRIDAY


@pytest.mark.parametrize(
    ("rules", "leads", "promised"),
    [
        (HERE, LEADS, Promise(MARGARET, MONDAY)),
        (AWAY, LEADS, Promise(RUTH, MONDAY)),  # the lead is still here but will be away at the deadline
        (UNCOVERED, LEADS, Promise(RUTH, MONDAY)),
        (AWAY, (MARGARET, HELEN), Promise(HELEN, MONDAY)),
        (AWAY, ALONE, Promise(MARGARET, WEDNESDAY)),  # no lead is back before Wednesday
        (AWAY, (), Promise(None, MONDAY)),
        # the lead will be back by the deadline
        (replace(AWAY, away_until=date(2026, 11, 29)), LEADS, Promise(MARGARET, MONDAY)),
    ],
)
def test_a_new_concern_names_a_lead_who_will_be_at_work_at_its_deadline(
    rules: ConcernRules, leads: tuple[UUID, ...], promised: Promise
) -> None:
    assert promise(rules, leads, FRIDAY) == promised
