"""Test the item-by-item plan review, and choosing the day of the next review."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from companion.domain.enrolments.pathway import AppointmentKind
from companion.domain.meetings.appointments import Appointment
from companion.domain.plan.review import Review, days_offered, review_day
from companion.domain.refusals import Rejected
from tests.domain.plans import NOON, item, plan

TODAY = date(2026, 11, 24)


def meeting(moment: datetime) -> Appointment:
    return Appointment(uuid4(), AppointmentKind.SESSION, moment, 120, "epsom", 1)


def test_a_review_asks_about_the_items_that_were_in_the_plan_when_the_review_began() -> None:
    walk, tea = item("good", "Walking"), item("good", "Tea")
    whole = plan(walk, tea, item("good", "Written since then", since=2))
    review = Review(uuid4(), NOON, 1, frozenset())
    assert review.next_item(whole) == walk and review.left(whole) == 2
    review = Review(uuid4(), NOON, 1, frozenset({walk.id}))
    assert review.next_item(whole) == tea and review.left(whole) == 1
    assert Review(uuid4(), NOON, 1, frozenset({walk.id, tea.id})).next_item(whole) is None


def test_a_review_does_not_ask_about_items_reworded_during_the_review() -> None:
    walk = item("good", "Walking", until=2)
    whole = plan(walk, item("good", "Walking at dusk", since=2, id=walk.id))
    assert Review(uuid4(), NOON, 1, frozenset()).next_item(whole) is None


def test_participants_are_offered_specific_days_for_the_next_review() -> None:
    in_two_days = meeting(NOON + timedelta(days=2))
    assert [(each.key, each.day) for each in days_offered(NOON, in_two_days)] == [
        ("meeting", date(2026, 11, 26)),
        ("weeks", date(2026, 12, 22)),
        ("months", date(2027, 2, 23)),
    ]
    for nobody_meets in (None, meeting(NOON), meeting(NOON + timedelta(days=400))):
        assert [each.key for each in days_offered(NOON, nobody_meets)] == ["weeks", "months"]


def test_every_day_offered_for_the_next_review_is_accepted() -> None:
    late = datetime(2026, 11, 24, 23, 59, tzinfo=UTC)
    for offered in days_offered(late, meeting(late + timedelta(hours=10))):
        assert review_day(offered.day.isoformat(), late) == offered.day


@pytest.mark.parametrize(
    ("typed", "key"),
    [("", "no_date"), (" ", "no_date"), ("soon", "bad_date"), ("2027-02-29", "bad_date"),
     ("2026-11-24", "in_the_past"), ("2027-11-26", "day_too_far")],
)  # fmt: skip
def test_an_invalid_day_for_the_next_review_is_refused(typed: str, key: str) -> None:
    with pytest.raises(Rejected) as refused:
        review_day(typed, NOON)
    assert [(each.key, each.field) for each in refused.value.problems] == [(key, "next_review")]


def test_the_29th_of_february_can_be_chosen_for_the_next_review() -> None:
    before = datetime(2028, 2, 1, 12, tzinfo=UTC)
    assert review_day("2028-02-29", before) == date(2028, 2, 29)
    assert days_offered(before, None)[0].day == date(2028, 2, 29)
