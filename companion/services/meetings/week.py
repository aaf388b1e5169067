"""Load a week of the viewer's appointments, day by day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from companion.domain.meetings.absence import Away
from companion.domain.meetings.clashes import Engaged
from companion.domain.meetings.week import Week, holds
from companion.domain.time.working_days import london_day
from companion.services.act import Actor
from companion.store.meetings import absence, appointments


@dataclass(frozen=True)
class Day:
    """A day of a week, with its meetings in chronological order. ``away`` is True if the viewer is absent."""

    date: date
    engaged: Sequence[Engaged]
    away: bool


def open_week(actor: Actor, week: Week) -> list[Day]:
    """Return the seven days of a week. A group meeting is listed once, not once for each member."""
    with actor.store.reading() as tx:
        diary = appointments.diary(tx, actor.viewer, [week.span])
        times = absence.own_times(tx, actor.viewer, week.span.starts_at)
    own = [each for each in diary if holds(week, each.appointment.starts_at)]
    return [_day(day, own, times) for day in week.days]


def _day(day: date, own: Sequence[Engaged], times: Sequence[Away]) -> Day:
    engaged = [each for each in own if london_day(each.appointment.starts_at) == day]
    return Day(
        day,
        sorted(engaged, key=lambda each: (each.appointment.starts_at, each.participant)),
        any(each.on(day) for each in times),
    )
