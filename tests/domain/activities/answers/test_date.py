from datetime import date

import pytest
from hypothesis import strategies as some

from companion.domain.activities.answers.date import Date
from companion.domain.refusals import Problem
from tests.domain.activities.answers.by_chance import fields, one
from tests.domain.activities.answers.parts import problem
from tests.domain.activities.answers.samples import Sample

SAMPLE = Sample(
    "date",
    said=("Thursday 3 December 2026",),
    forms=lambda prompt: fields(
        day=one(some.integers(1, 6).map(str)), month=some.just(["11"]), year=some.just(["2026"])
    ),
    empty="You haven't given a date yet.",
    wrong="This isn't a date.",
    own_words=False,
)

QUESTION = Date(id="p", ask="On which day was it?")


def typed(day: str, month: str, year: str) -> dict[str, list[str]]:
    return {"day": [day], "month": [month], "year": [year]}


def test_a_date_is_read_from_three_numbers() -> None:
    assert QUESTION.parse(typed(" 3", "07", "2026")) == "2026-07-03"
    assert QUESTION.day("2026-07-03") == date(2026, 7, 3)
    assert QUESTION.fill("2026-07-03") == typed("3", "7", "2026")


@pytest.mark.parametrize(
    ("day", "month", "year", "field"),
    [
        ("31", "2", "2026", "day"),
        ("29", "2", "2026", "day"),
        ("32", "1", "2026", "day"),
        ("0", "1", "2026", "day"),
        ("", "1", "2026", "day"),
        ("1", "13", "2026", "month"),
        ("1", "July", "2026", "month"),
        ("1", "7", "26", "year"),
        ("1", "7", "20266", "year"),
        ("1", "7", "٢٠٢٦", "year"),
    ],
)
def test_each_error_in_a_date_is_reported_at_its_field(day: str, month: str, year: str, field: str) -> None:
    assert problem(QUESTION, typed(day, month, year)) == Problem("bad_date", field=field)


def test_the_error_for_a_missing_date_is_shown_at_the_field_for_the_day() -> None:
    assert problem(QUESTION, typed("", " ", "")) == Problem("no_date", field="day")
    assert problem(QUESTION, {}) == Problem("no_date", field="day")
