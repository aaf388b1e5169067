"""Decide who must act on a concern, and who must know about the concern.

``concern_rules.py`` decides who covers for the named lead. Who must act on a concern depends on the current
time, and not on whether a background job has run.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from companion.domain.concerns.concern_rules import ConcernRules, Watch
from companion.domain.concerns.concerns import Concern, ConcernKind, ConcernState, ConcernStepKind
from companion.domain.time.working_days import at_hour, last_working_hour, working_day_after

EVER = datetime.min.replace(tzinfo=UTC)


class Reach(StrEnum):
    LEAD = "lead"
    COVER = "cover"
    EVERY_LEAD = "every_lead"
    TAKER = "taker"
    NOBODY = "nobody"
    """Nobody needs to act: the concern was referred on or closed."""


@dataclass(frozen=True)
class Telling:
    """A notice to one person about a concern."""

    account: UUID
    of: ConcernStepKind


@dataclass(frozen=True)
class Promise:
    """The lead who will take on a concern, and the deadline. The lead is None if the service has no lead."""

    lead: UUID | None
    by: datetime


def with_whom(
    concern: Concern, rules: ConcernRules, leads: Sequence[UUID], now: datetime
) -> tuple[Reach, set[UUID]]:
    """Return who must act on the concern at this time.

    ``leads`` are the leads who can sign in, sorted by the time of joining.
    """
    if concern.state in (ConcernState.PASSED_ON, ConcernState.CLOSED):
        return Reach.NOBODY, set()
    watch, since = rules.watch(leads, now), concern.overdue_since(now)
    taker = {each for each in watch.there if concern.state is ConcernState.TAKEN and each == concern.taken_by}
    if since is None:
        if taker:
            return Reach.TAKER, taker
        return _first(watch), set(watch.first)
    if now < since + timedelta(hours=rules.hours_until_all):
        return (Reach.COVER if watch.cover else Reach.EVERY_LEAD), {*watch.second, *taker}
    return Reach.EVERY_LEAD, set(watch.everybody)


def due_to(
    concern: Concern, rules: ConcernRules, leads: Sequence[UUID], now: datetime
) -> dict[Telling, datetime]:
    """Return the notices about a concern that are due by now, each with the time at which it became due.

    Tell a lead about a missed deadline at once, or when they become responsible, if that's later. After the
    last deadline, repeat the notice each working day, at the same time of day. The participant's practitioner
    gets at most one notice about a concern, and only if the participant reported the concern.
    """
    reach, whom = with_whom(concern, rules, leads, now)
    changed = _latest(now, rules.changes(leads))
    due: dict[Telling, datetime] = {}
    if concern.overdue_since(now):
        new = concern.state is ConcernState.NEW
        of = ConcernStepKind.TOLD_NOT_TAKEN if new else ConcernStepKind.TOLD_NOT_FINISHED
        due |= {Telling(each, of): max(changed, _last_limit(concern, rules, now)) for each in whom}
        first = set(rules.watch(leads, now).first) if new else set()
        due |= {Telling(each, ConcernStepKind.TOLD): changed for each in first - whom}
    elif reach is not Reach.TAKER:
        due |= {Telling(each, ConcernStepKind.TOLD): changed for each in whom}
    if concern.state is ConcernState.NEW and concern.kind is ConcernKind.TOLD:
        due.setdefault(Telling(concern.practitioner, ConcernStepKind.TOLD), EVER)
    return due


def promise(rules: ConcernRules, leads: Sequence[UUID], now: datetime) -> Promise:
    """Return the lead who would take on a new concern, and the deadline.

    If every lead is away, the deadline is on the first working day after the named lead's absence.
    """
    by = rules.limits(now).take_by
    watch = rules.watch(leads, by)
    if watch.away and not watch.there and rules.away_until:
        by = at_hour(working_day_after(rules.away_until, 1), rules.hour)
        watch = rules.watch(leads, by)
    return Promise(next(iter(watch.first), None), by)


def _first(watch: Watch) -> Reach:
    return Reach.COVER if watch.away and watch.cover else Reach.LEAD


def _last_limit(concern: Concern, rules: ConcernRules, now: datetime) -> datetime:
    """Return the concern's latest deadline that has already passed.

    After the concern's last deadline, there is another deadline every working day at the hour ``rules.hour``.
    """
    take_by, finish_by = concern.limits.take_by, concern.limits.finish_by
    daily = last_working_hour(now, rules.hour)
    if daily > finish_by:
        return daily
    return _latest(now, [take_by, finish_by] if concern.state is ConcernState.NEW else [finish_by])


def _latest(now: datetime, moments: Sequence[datetime]) -> datetime:
    return max((each for each in moments if each <= now), default=EVER)
