"""Test that nobody can overlook a concern that no lead has taken on."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from companion.domain.refusals import ChangedElsewhere
from companion.services.concerns.escalate import escalate
from companion.store.audit import Event
from companion.store.concerns import concern_rules
from tests.cast import Cast
from tests.fixtures import Clock
from tests.services.concerns.raised import WORDS, leads, notices, recorded, sets_rules

__all__ = ["leads"]  # imported because it is a fixture


@pytest.mark.usefixtures("leads")
def test_an_overdue_concern_is_escalated_to_the_covering_lead(cast: Cast, clock: Clock) -> None:
    clock.forward(days=3, hours=5, minutes=40)  # Friday evening
    concern = cast.sam.tells(WORDS)
    at_once = {("priya", "concern_new"): 1, ("margaret", "concern_new"): 1}
    clock.forward(hours=64, minutes=19)  # Monday, a minute before noon
    assert escalate(cast.store, clock.now) == 0 and notices(cast, concern) == at_once
    clock.forward(minutes=1)
    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(lambda _: escalate(cast.store, clock.now), range(2))) == 1
    assert notices(cast, concern) == at_once | {("ruth", "concern_overdue"): 1}
    clock.forward(hours=2)
    assert [escalate(cast.store, clock.now) for _ in range(2)] == [1, 0]
    assert notices(cast, concern)["margaret", "concern_overdue"] == 1
    assert recorded(cast, Event.CONCERN_ESCALATED) == [None, None]

    cast.ruth.takes(concern)
    clock.forward(hours=23)  # Tuesday, an hour after the second deadline
    assert escalate(cast.store, clock.now) == 1
    assert notices(cast, concern)["ruth", "concern_overdue"] == 2
    cast.ruth.passes_on(concern, "The duty team")
    clock.forward(days=30)
    assert escalate(cast.store, clock.now) == 0


@pytest.mark.usefixtures("leads")
def test_leads_are_told_repeatedly_of_a_concern_that_nobody_takes_on(cast: Cast, clock: Clock) -> None:
    """The lead is away from Saturday to Tuesday."""
    margaret, ruth = (str(lead.viewer.account_id) for lead in (cast.margaret, cast.ruth))
    sets_rules(cast, 1, lead=margaret, cover=ruth, away_from="2026-11-28", away_until="2026-12-01")
    clock.forward(days=3, hours=5, minutes=40)  # Friday evening
    concern = cast.sam.tells(WORDS)

    def told(**amount: float) -> list[str]:
        before = notices(cast, concern)
        clock.forward(**amount)
        for _ in range(2):
            escalate(cast.store, clock.now)
        return sorted(name for name, _ in (notices(cast, concern) - before).elements())

    assert told(hours=4, minutes=30) == ["ruth"]  # on Saturday the covering lead is told
    assert told(hours=59, minutes=50) == ["ruth"]  # at noon on Monday the first deadline passes
    assert told(hours=2) == []  # every lead who isn't away has been told already
    assert told(hours=22) == ["ruth"]  # at noon on Tuesday the second deadline passes
    assert told(hours=12) == ["margaret", "ruth"]  # by Wednesday the lead has returned
    assert told(hours=12) == ["margaret", "ruth"]  # at noon on Wednesday both are told again
    assert told(days=28) == ["margaret", "ruth"]
    found = cast.margaret.opens(concern)
    assert sum(step.told == "Margaret" for step in found.steps) == 4
    assert all(not step.by for step in found.steps if step.told)
    cast.ruth.takes(concern)
    assert told(minutes=1) == ["margaret", "ruth"]  # the second deadline has passed
    cast.ruth.passes_on(concern, "The duty team")
    assert told(days=28) == []


@pytest.mark.usefixtures("leads")
def test_a_new_covering_lead_is_told_of_waiting_concerns(cast: Cast, clock: Clock) -> None:
    concern = cast.sam.tells(WORDS)
    margaret, ruth = (str(lead.viewer.account_id) for lead in (cast.margaret, cast.ruth))
    clock.forward(minutes=5)
    sets_rules(cast, 1, lead=margaret, cover=ruth, hour="11")
    assert escalate(cast.store, clock.now) == 0  # the lead and the covering lead haven't changed
    sets_rules(cast, 2, lead=ruth, cover=margaret)
    assert escalate(cast.store, clock.now) == 1
    assert notices(cast, concern)["ruth", "concern_new"] == 1


def test_if_there_are_no_escalation_rules_the_lead_who_joined_first_is_told_of_concerns(cast: Cast) -> None:
    assert cast.margaret
    concern = cast.sam.tells(WORDS)
    assert notices(cast, concern)["margaret", "concern_new"] == 1


def test_the_first_lead_who_joins_is_told_of_earlier_concerns(cast: Cast) -> None:
    concern = cast.sam.tells(WORDS)
    assert notices(cast, concern) == {("priya", "concern_new"): 1}
    assert cast.margaret
    assert escalate(cast.store, cast.now) == 1
    assert notices(cast, concern)["margaret", "concern_new"] == 1


@pytest.mark.usefixtures("leads")
def test_new_rules_for_concerns_apply_only_to_concerns_raised_later(cast: Cast) -> None:
    first = cast.sam.tells(WORDS)
    before = cast.margaret.opens(first).line.concern.limits
    sets_rules(cast, 1, lead=str(cast.ruth.viewer.account_id), cover="", take_days="5", hour="9")
    second = cast.owen.tells(WORDS)
    assert cast.margaret.opens(first).line.concern.limits == before
    assert cast.margaret.opens(second).line.concern.limits.take_by.hour == 9
    with pytest.raises(ChangedElsewhere):
        sets_rules(cast, 1, lead=str(cast.ruth.viewer.account_id))
    with cast.store.reading() as tx:
        assert concern_rules.rules(tx).number == 2 and concern_rules.on_watch(tx, cast.now) == "Ruth"


@pytest.mark.usefixtures("leads")
def test_two_leads_cannot_overwrite_each_others_rules_for_concerns(cast: Cast) -> None:
    def sets(hour: int) -> str:
        try:
            sets_rules(cast, 1, lead=str(cast.ruth.viewer.account_id), hour=str(hour))
        except ChangedElsewhere:
            return "too late"
        return "set"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(sets, (9, 10))) == ["set", "too late"]
