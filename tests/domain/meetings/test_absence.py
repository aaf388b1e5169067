"""Test who reads messages during an absence, and by which day."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.domain.meetings.absence import Away, Reads, back_on, reads_by, typed, who_reads
from companion.domain.refusals import Rejected
from companion.domain.time.london import LONDON
from companion.domain.time.working_days import is_working_day

PRIYA, DANIEL, RUTH = (UUID(int=number) for number in (1, 2, 3))
NOW = datetime(2026, 11, 24, 14, tzinfo=UTC)
"""The current time in these tests, which is on a Tuesday."""


def away(first: str, last: str, who: UUID = PRIYA, cover: UUID | None = None, number: int = 0) -> Away:
    return Away(UUID(int=100 + number), who, date.fromisoformat(first), date.fromisoformat(last), cover)


def at(text: str) -> datetime:
    """Return this London time, converted to UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(UTC)


@pytest.mark.parametrize(
    ("sent", "times", "reads"),
    [
        ("2026-11-24 14:00", (), Reads(PRIYA, date(2026, 11, 25))),
        ("2026-11-27 17:00", (), Reads(PRIYA, date(2026, 11, 30))),  # this is a Friday
        ("2026-12-24 09:00", (), Reads(PRIYA, date(2026, 12, 29))),  # before Christmas
        (  # the practitioner is already away, and nobody covers
            "2026-11-24 14:00",
            (away("2026-11-23", "2026-12-08"),),
            Reads(PRIYA, date(2026, 12, 9), date(2026, 11, 24), date(2026, 12, 8)),
        ),
        (  # the practitioner is away from tomorrow, and Daniel covers for them
            "2026-11-24 14:00",
            (away("2026-11-25", "2026-12-08", cover=DANIEL),),
            Reads(DANIEL, date(2026, 11, 25), date(2026, 11, 25), date(2026, 12, 8)),
        ),
        (  # the covering practitioner is also away on the first two days
            "2026-11-24 14:00",
            (away("2026-11-25", "2026-12-08", cover=DANIEL), away("2026-11-25", "2026-11-26", DANIEL)),
            Reads(DANIEL, date(2026, 11, 27), date(2026, 11, 25), date(2026, 12, 8)),
        ),
        (  # the covering practitioner is away the whole time
            "2026-11-24 14:00",
            (away("2026-11-25", "2026-12-08", cover=DANIEL), away("2026-11-01", "2026-12-31", DANIEL)),
            Reads(PRIYA, date(2026, 12, 9), date(2026, 11, 25), date(2026, 12, 8)),
        ),
        (  # two absences with only a weekend between count as one absence
            "2026-11-24 14:00",
            (away("2026-11-24", "2026-11-27"), away("2026-11-30", "2026-12-02", number=1)),
            Reads(PRIYA, date(2026, 12, 3), date(2026, 11, 24), date(2026, 12, 2)),
        ),
        (  # two absences overlap, and the covering practitioner who isn't away reads messages
            "2026-11-24 14:00",
            (
                away("2026-11-24", "2026-11-27", cover=DANIEL),
                away("2026-11-24", "2026-11-30", cover=RUTH, number=1),
                away("2026-11-24", "2026-11-30", DANIEL),
            ),
            Reads(RUTH, date(2026, 11, 25), date(2026, 11, 24), date(2026, 11, 30)),
        ),
        (  # the practitioner is back tomorrow
            "2026-11-24 14:00",
            (away("2026-11-24", "2026-11-24", cover=DANIEL),),
            Reads(PRIYA, date(2026, 11, 25), date(2026, 11, 24), date(2026, 11, 24)),
        ),
        # the absence begins only after the promised day
        ("2026-11-24 14:00", (away("2026-11-26", "2026-12-08"),), Reads(PRIYA, date(2026, 11, 25))),
        # just after midnight when the clocks go forward, and just before midnight when the clocks go back
        ("2027-03-28 00:01", (away("2027-03-28", "2027-03-28"),),
         Reads(PRIYA, date(2027, 3, 30), date(2027, 3, 28), date(2027, 3, 28))),
        ("2026-10-25 23:59", (), Reads(PRIYA, date(2026, 10, 26))),
    ],
)  # fmt: skip
def test_participants_are_told_by_what_day_somebody_will_read_their_messages(
    sent: str, times: tuple[Away, ...], reads: Reads
) -> None:
    assert reads_by(at(sent), PRIYA, times) == reads


@pytest.mark.parametrize(
    ("times", "reads"),
    [
        ((), Reads(None, None)),
        ((away("2026-11-24", "2026-11-27", cover=DANIEL),), Reads(DANIEL, date(2026, 11, 25))),
        ((away("2026-11-24", "2026-11-24", cover=DANIEL),), Reads(None, None)),
    ],
)
def test_nobody_is_told_that_a_former_practitioner_will_read_their_message(
    times: tuple[Away, ...], reads: Reads
) -> None:
    assert reads_by(NOW, PRIYA, times, left=True) == reads
    assert who_reads(NOW, PRIYA, times, left=True) == (DANIEL if times else None)


@pytest.mark.parametrize(
    ("times", "day"),
    [
        ((), date(2026, 11, 25)),
        ((away("2026-11-25", "2026-11-27", cover=DANIEL),), date(2026, 11, 30)),
        ((away("2026-11-25", "2026-11-30", DANIEL),), date(2026, 11, 25)),
    ],
)
def test_a_practitioner_is_back_on_the_first_working_day_after_an_absence(
    times: tuple[Away, ...], day: date
) -> None:
    assert back_on(NOW, PRIYA, times) == day


def test_absences_begin_and_end_at_midnight_in_london() -> None:
    summer = [away("2027-07-01", "2027-07-01", cover=DANIEL)]
    assert who_reads(datetime(2027, 6, 30, 22, 59, tzinfo=UTC), PRIYA, summer) == PRIYA
    assert who_reads(datetime(2027, 6, 30, 23, 0, tzinfo=UTC), PRIYA, summer) == DANIEL
    assert who_reads(datetime(2027, 7, 1, 22, 59, tzinfo=UTC), PRIYA, summer) == DANIEL
    assert who_reads(datetime(2027, 7, 1, 23, 0, tzinfo=UTC), PRIYA, summer) == PRIYA


DAY = st.dates(date(2026, 3, 20), date(2027, 1, 10))
TIMES = st.lists(
    st.builds(
        lambda number, who, first, length, cover: Away(
            UUID(int=number), who, first, first + timedelta(days=length), None if cover == who else cover
        ),
        st.integers(10, 10**6),
        st.sampled_from([PRIYA, DANIEL, RUTH]),
        DAY,
        st.integers(0, 40),
        st.sampled_from([None, PRIYA, DANIEL, RUTH]),
    ),
    max_size=8,
    unique_by=lambda each: each.id,
)


@given(times=TIMES, day=DAY, clock=st.times())
def test_only_a_covering_practitioner_who_is_not_away_reads_messages(
    times: list[Away], day: date, clock: time
) -> None:
    now = datetime.combine(day, clock, LONDON).astimezone(UTC)
    today = now.astimezone(LONDON).date()
    gone = {each.who for each in times if each.first <= today <= each.last}
    asked = {each.cover for each in times if each.who == PRIYA and each.first <= today <= each.last}
    reader = who_reads(now, PRIYA, times)
    if PRIYA not in gone:
        assert reader == PRIYA
    elif asked - gone - {None}:
        assert reader in asked - gone - {None}
    else:
        assert reader is None


def working_noons(after: date) -> Iterator[datetime]:
    """Yield noon on each working day after this day."""
    days = (after + timedelta(days=number) for number in count(1))
    return (datetime.combine(day, time(12), LONDON) for day in days if is_working_day(day))


@given(times=TIMES, day=DAY, clock=st.times())
def test_participants_are_told_the_first_day_on_which_somebody_can_read_their_messages(
    times: list[Away], day: date, clock: time
) -> None:
    now = datetime.combine(day, clock, LONDON).astimezone(UTC)
    found = reads_by(now, PRIYA, times)
    today = now.astimezone(LONDON).date()
    first = next(noon for noon in working_noons(today) if who_reads(noon, PRIYA, times))
    assert (found.by, found.reader) == (first.date(), who_reads(first, PRIYA, times))
    if found.away_from and found.away_until:
        assert found.away_from <= found.away_until
        back = next(working_noons(found.away_until))
        assert not any(each.who == PRIYA and each.on(back.date()) for each in times)
        assert any(each.who == PRIYA and each.on(found.away_until) for each in times)


@pytest.mark.parametrize(
    ("first", "last", "cover", "amiss"),
    [
        ("", "", "", {"bad_date"}),
        ("2026-12-01", "soon", "", {"bad_date"}),
        ("2026-12-08", "2026-12-01", "", {"ends_before"}),
        ("2026-11-20", "2026-11-23", "", {"in_the_past"}),
        ("2026-11-20", "2027-11-25", "", {"day_too_far"}),
        ("2026-12-01", "2026-12-08", str(PRIYA), {"not_offered"}),
        ("2026-12-01", "2026-12-08", "somebody", {"not_offered"}),
        ("2026-12-08", "2026-12-01", "somebody", {"not_offered", "ends_before"}),
    ],
)
def test_an_invalid_absence_is_refused(first: str, last: str, cover: str, amiss: set[str]) -> None:
    with pytest.raises(Rejected) as refusal:
        typed(first, last, cover, [DANIEL, RUTH], NOW)
    assert {problem.key for problem in refusal.value.problems} == amiss


def test_a_valid_absence_is_accepted() -> None:
    assert typed(" 2026-11-20", "2026-11-24 ", "", [DANIEL], NOW) == (
        date(2026, 11, 20), date(2026, 11, 24), None,
    )  # fmt: skip
    assert typed("2027-11-24", "2027-11-24", str(DANIEL), [DANIEL], NOW)[2] == DANIEL
