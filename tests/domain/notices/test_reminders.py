"""Test the email choices, and the London times of reminders and daily emails."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.domain.notices.reminders import (
    DAYS_BEFORE,
    Choice,
    Digest,
    at_night,
    chosen,
    digest_at,
    digest_day,
    due_at,
    in_time,
    mark,
    read_before,
)
from companion.domain.people import Role
from companion.domain.refusals import Rejected
from companion.domain.time.london import LONDON

MEETING = datetime(2026, 11, 26, 14, tzinfo=UTC)


def london(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=LONDON).astimezone(UTC)  # type: ignore[misc,arg-type]  # ``moment`` is year, month, day, hour, minute


def test_choosing_not_to_get_email_deletes_the_address() -> None:
    assert chosen(Role.PARTICIPANT, "none", "sam@post.example", ["1"], "yes") == Choice()


def test_people_can_choose_only_the_emails_that_are_offered_to_their_role() -> None:
    address, days = "sam@post.example", ["1", "7", "1"]
    assert chosen(Role.PARTICIPANT, "email", address, days, "yes") == Choice(address, frozenset({1, 7}))
    assert chosen(Role.PRACTITIONER, "email", address, days, "yes") == Choice(address, digest=True)
    assert chosen(Role.LEAD, "email", address, days, "yes") == Choice(address)


@pytest.mark.parametrize(
    ("way", "address", "days", "amiss"),
    [
        ("", "", ["1"], {"mail": "nothing_chosen", "email": "empty"}),
        ("pigeon", "sam@post.example", [], {"mail": "not_offered"}),
        ("email", "", [], {"email": "empty"}),
        ("email", "sam@post", ["0"], {"email": "bad_email", "days": "not_offered"}),
        ("email", "sam@post.example\nBcc: owen@post.example", [], {"email": "one_line"}),
    ],
)
def test_all_errors_in_the_email_settings_form_are_reported_at_once(
    way: str, address: str, days: list[str], amiss: dict[str, str]
) -> None:
    with pytest.raises(Rejected) as rejected:
        chosen(Role.PARTICIPANT, way, address, days, "")
    assert {problem.field: problem.key for problem in rejected.value.problems} == amiss


@pytest.mark.parametrize(
    ("starts", "days", "due"),
    [
        ((2026, 11, 26, 14), 1, (2026, 11, 25, 9)),
        ((2026, 11, 26, 0, 30), 1, (2026, 11, 25, 9)),
        ((2026, 3, 29, 14), 1, (2026, 3, 28, 9)),  # the clocks go forward between the two days
        ((2026, 10, 26, 10), 2, (2026, 10, 24, 9)),  # the clocks go back between the two days
        ((2026, 10, 25, 1, 30), 7, (2026, 10, 18, 9)),  # the appointment is in the hour that occurs twice
    ],
)
def test_a_reminder_is_due_at_nine_in_the_morning_in_london(
    starts: tuple[int, ...], days: int, due: tuple[int, ...]
) -> None:
    assert due_at(london(*starts), days) == london(*due)


@given(st.integers(0, 5 * 366 * 24 * 60), st.sampled_from(DAYS_BEFORE))
def test_a_reminder_is_due_at_nine_in_the_morning_some_days_before_the_appointment(
    minutes: int, days: int
) -> None:
    starts = MEETING + timedelta(minutes=minutes)
    due = due_at(starts, days)
    assert not at_night(due) and due < starts and due.astimezone(LONDON).hour == 9
    assert (starts.astimezone(LONDON).date() - due.astimezone(LONDON).date()).days == days


def test_a_late_reminder_is_not_sent_after_the_day_it_was_due() -> None:
    due = due_at(MEETING, 1)
    for now, wanted in (
        (due - timedelta(days=1), True),
        (london(2026, 11, 25, 15), True),
        (london(2026, 11, 25, 20), False),
        (london(2026, 11, 26, 10), False),
    ):
        assert in_time(due, now) is wanted, now


def test_an_appointment_that_was_moved_gets_a_new_reminder() -> None:
    assert mark(MEETING, 1) != mark(MEETING + timedelta(hours=1), 1) != mark(MEETING, 2)
    assert mark(MEETING, 1) == mark(MEETING.astimezone(LONDON), 1)


@pytest.mark.parametrize(
    ("now", "day"),
    [
        ((2026, 11, 24, 7, 29), None),
        ((2026, 11, 24, 7, 30), date(2026, 11, 24)),
        ((2026, 11, 24, 17, 59), date(2026, 11, 24)),
        ((2026, 11, 24, 18), None),
        ((2026, 11, 28, 9), None),  # this is a Saturday
        ((2026, 12, 25, 9), None),
        ((2026, 7, 1, 7, 30), date(2026, 7, 1)),  # this is in summer time
    ],
)
def test_the_daily_email_is_sent_only_on_working_days(now: tuple[int, ...], day: date | None) -> None:
    assert digest_day(london(*now)) == day


@pytest.mark.parametrize(
    ("day", "until", "tomorrow"),
    [
        (date(2026, 11, 24), date(2026, 11, 25), True),
        (date(2026, 11, 27), date(2026, 11, 30), False),
        # after Christmas come a weekend and a bank holiday on Monday
        (date(2026, 12, 24), date(2026, 12, 29), False),
    ],
)
def test_the_daily_email_covers_everything_up_to_the_next_working_day(
    day: date, until: date, tomorrow: bool
) -> None:
    assert read_before(day) == (until, london(until.year, until.month, until.day) + timedelta(days=1))
    assert Digest(1, day, until).tomorrow is tomorrow
    assert digest_at(day) == london(day.year, day.month, day.day, 7, 30)
