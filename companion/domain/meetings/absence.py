"""Practitioners' absences, and the colleagues who read an absent practitioner's messages."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from companion.domain.refusals import Problem, Rejected
from companion.domain.time.moments import day_of
from companion.domain.time.working_days import is_working_day, london_day, working_day_after

FURTHEST = timedelta(days=365)
"""The last day of an absence can be at most this far in the future."""
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Away:
    """A practitioner's absence: its first and last day, and the covering practitioner if there is one."""

    id: UUID
    who: UUID
    first: date
    last: date
    cover: UUID | None = None

    def on(self, day: date) -> bool:
        """Return whether the absence includes this day."""
        return self.first <= day <= self.last


@dataclass(frozen=True)
class Reads:
    """The reader of a message that is sent now, and the working day by which they will read it.

    ``reader`` and ``by`` are None if the practitioner has left and nobody covers. ``away_from`` and
    ``away_until`` are None if the practitioner has left, or is here today and on the next working day.
    ``away_from`` is today if the practitioner is away today. ``away_from`` is the next working day if the
    practitioner is away then but here today. ``away_until`` is the last day of the practitioner's absence,
    including any other absences that follow it directly.
    """

    reader: UUID | None
    by: date | None
    away_from: date | None = None
    away_until: date | None = None


def who_reads(now: datetime, practitioner: UUID, away: Iterable[Away], *, left: bool = False) -> UUID | None:
    """Return who reads this practitioner's messages today, or None.

    ``away`` contains all practitioners' absences. A covering practitioner may be away too. If several
    colleagues are covering, send messages to whoever covers the absence that began first. ``left`` is True if
    the practitioner has left the service.
    """
    return _on(london_day(now), practitioner, list(away), left)


def reads_by(now: datetime, practitioner: UUID, away: Iterable[Away], *, left: bool = False) -> Reads:
    """Return who will read messages sent now, and by which working day.

    The day on which somebody will read the messages is always after today.
    """
    times, today = list(away), london_day(now)
    own = [each for each in times if each.who == practitioner]
    soonest = day = working_day_after(today, 1)
    while (reader := _on(day, practitioner, times, left)) is None:
        if left and all(each.last < day for each in own):
            return Reads(None, None)
        day = working_day_after(day, 1)
    begun = next((each for each in (today, soonest) if _away(each, own)), None)
    if begun is None or left:
        return Reads(reader, day)
    return Reads(reader, day, begun, _until(begun, own))


def back_on(now: datetime, practitioner: UUID, away: Iterable[Away]) -> date:
    """Return the first working day after today on which this practitioner isn't away."""
    own = [each for each in away if each.who == practitioner]
    day = working_day_after(london_day(now), 1)
    while _away(day, own):
        day = working_day_after(day, 1)
    return day


def typed(
    first: str, last: str, cover: str, others: Collection[UUID], now: datetime
) -> tuple[date, date, UUID | None]:
    """Return the first day, the last day and the covering practitioner from a form.

    ``others`` are the practitioners who can cover. Raise one ``Rejected`` that lists all the form's problems.
    """
    problems: list[Problem] = []
    begins, ends = _day(first, "away_from", problems), _day(last, "away_until", problems)
    by_id = {str(each): each for each in others}
    if cover and cover not in by_id:
        problems.append(Problem("not_offered", field="cover"))
    today = london_day(now)
    if ends and ends < today:
        problems.append(Problem("in_the_past", field="away_until"))
    elif ends and ends - today > FURTHEST:
        problems.append(Problem("day_too_far", field="away_until"))
    elif begins and ends and ends < begins:
        problems.append(Problem("ends_before", field="away_until"))
    if problems or begins is None or ends is None:
        raise Rejected(*problems)
    return begins, ends, by_id.get(cover)


def _on(day: date, practitioner: UUID, away: list[Away], left: bool) -> UUID | None:
    times = [each for each in away if each.on(day)]
    gone = {each.who for each in times}
    if practitioner not in gone and not left:
        return practitioner
    own = sorted((each for each in times if each.who == practitioner), key=lambda each: (each.first, each.id))
    return next((each.cover for each in own if each.cover and each.cover not in gone), None)


def _away(day: date, own: list[Away]) -> bool:
    return any(each.on(day) for each in own)


def _until(day: date, own: list[Away]) -> date:
    """Return the last day of an unbroken run of absences. Absences are consecutive if only weekends and bank
    holidays separate them.
    """
    until = day
    while _away(day, own) or not is_working_day(day):
        if _away(day, own):
            until = day
        day += ONE_DAY
    return until


def _day(text: str, field: str, problems: list[Problem]) -> date | None:
    try:
        return day_of(text)
    except ValueError:
        problems.append(Problem("bad_date", field=field))
        return None
