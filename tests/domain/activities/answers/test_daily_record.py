from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import strategies as some

from companion.domain.activities.answers import Value
from companion.domain.activities.answers.daily_record import DAYS_MOST, DailyRecord, Gap, Measure
from companion.domain.forms import Form
from companion.domain.refusals import Problem, Rejected
from tests.domain.activities.answers.by_chance import ENDS, PERHAPS, TO_TEN, WORDS, one
from tests.domain.activities.answers.kinds import prompt
from tests.domain.activities.answers.parts import problem
from tests.domain.activities.answers.samples import NOTHING_CHOSEN, Sample


def _forms(prompt: Any) -> some.SearchStrategy[Form]:
    """Return a Hypothesis strategy for a form with an entry for one day, and perhaps for earlier days."""
    new = some.fixed_dictionaries(
        {
            "noted-on": one(some.sampled_from(["2026-11-23", "2026-11-24"])),
            "line": PERHAPS,
            **{f"number-{n}": TO_TEN for n, _ in enumerate(prompt.measures, 1)},
        }
    )
    before: Form = {
        "on": ["2026-11-23", "2026-11-24"],
        "numbers": [" ".join("3" for _ in prompt.measures)] * 2,
        "said": ["", WORDS[0]],
    }
    pairs = some.tuples(some.sampled_from([{}, before]), new)
    return pairs.map(lambda pair: {**pair[0], **pair[1], "finished": ["yes"]})


def _records(prompt: Any) -> list[Value]:
    days = [(date(2026, 11, 1) + timedelta(day)).isoformat() for day in range(DAYS_MOST)]
    records = [
        [
            {"on": day, "numbers": {each.id: number for each in prompt.measures}, "line": "a walk"}
            for day in days
        ]
        for number in (5, 2, 9)
    ]
    return [entries[:many] for entries in records for many in prompt.numbers()]


SAMPLE = Sample(
    "daily_record",
    said=("My mood 4", "My sleep 10", "It was still light."),
    forms=_forms,
    settings_by_chance=some.sampled_from([["mood"], ["mood", "sleep"]]).map(
        lambda ids: {
            "measures": [{"id": each, "label": each, **ENDS} for each in ids],
            "line_label": "A line",
        }
    ),
    values=_records,
    empty=NOTHING_CHOSEN,
    filled_by_the_page=("noted-on",),
    then="I've added my last entry",
)

MOOD = Measure(id="mood", label="My mood", low_label="Low", high_label="Good")
PULL = Measure(id="pull", label="The pull", low_label="None", high_label="Strong")
QUESTION = DailyRecord(id="p", ask="How was each day?", measures=(MOOD, PULL), line_label="One line")


def noted(on: str, mood: int, pull: int = 0, line: str = "") -> dict[str, object]:
    return {"on": on, "numbers": {"mood": mood, "pull": pull}, "line": line}


def new(day: str, mood: str = "4", pull: str = "7", line: str = "") -> dict[str, list[str]]:
    return {
        "noted-on": [f"2026-11-{day}"], "number-1": [mood], "number-2": [pull], "line": [line],
    }  # fmt: skip


def test_a_new_daily_record_entry_is_inserted_in_date_order() -> None:
    value = QUESTION.parse(new("20", line=" I walked "))
    assert value == [noted("2026-11-20", 4, 7, "I walked")]
    value = QUESTION.parse({**QUESTION.fill(value), **new("18", "6", "2")})
    assert value == [noted("2026-11-18", 6, 2), noted("2026-11-20", 4, 7, "I walked")]
    assert QUESTION.parse(QUESTION.fill(value)) == value
    assert QUESTION.number(value) == 2


def test_a_second_entry_for_a_day_replaces_the_first() -> None:
    before = [noted("2026-11-18", 1), noted("2026-11-20", 4, 7, "I walked")]
    assert QUESTION.parse({**QUESTION.fill(before), **new("20", "9", "1")}) == [
        noted("2026-11-18", 1),
        noted("2026-11-20", 9, 1),
    ]


def test_the_only_entry_in_a_daily_record_cannot_be_removed() -> None:
    before = [noted("2025-11-18", 1), noted("2026-11-18", 1)]
    form = {**QUESTION.fill(before), "without": ["2025-11-18"]}
    assert QUESTION.parse(form) == before[1:]
    form["without"] = ["2025-11-18", "2026-11-18"]
    assert problem(QUESTION, form) == Problem("nothing_chosen", field="noted-on")


def test_an_incomplete_daily_record_entry_is_reported_at_its_empty_field() -> None:
    so_far = QUESTION.fill([noted("2026-11-18", 1)])
    assert problem(QUESTION, {}) == Problem("nothing_chosen", field="noted-on")
    assert problem(QUESTION, {**so_far, "line": ["I walked"]}) == Problem("nothing_chosen", field="noted-on")
    assert problem(QUESTION, {**so_far, **new("20", pull="")}) == Problem("nothing_chosen", field="number-2")
    assert problem(QUESTION, {**so_far, **new("31")}) == Problem(
        "daily_record.today_or_yesterday", field="noted-on"
    )
    told = problem(QUESTION, {**so_far, **new("20", mood="11")})
    assert told == Problem("off_scale", {"low": 0, "high": 10}, "number-1")
    assert problem(QUESTION, {**so_far, **new("20", line="x" * 301)}).field == "line"


def test_a_daily_record_stays_open_until_it_is_finished() -> None:
    value = QUESTION.parse(new("20"))
    assert QUESTION.stays_open(value)
    finished = QUESTION.parse({**QUESTION.fill(value), "finished": ["yes"]})
    assert not QUESTION.stays_open(finished) and QUESTION.entries(finished) == QUESTION.entries(value)
    assert QUESTION.parse({**QUESTION.fill(finished), **new("21")})[-1] == {
        **noted("2026-11-21", 4, 7),
        "last": True,
    }


def test_a_daily_record_accepts_entries_only_for_today_or_yesterday() -> None:
    today, last = date(2026, 11, 20), date(2026, 11, 26)
    before = [noted("2026-11-02", 1)]
    for day, fits in (("18", False), ("19", True), ("20", True), ("21", False)):
        value = QUESTION.parse({**QUESTION.fill(before), **new(day)})
        if fits:
            assert QUESTION.taken(value, before, today, last) == value
            continue
        with pytest.raises(Rejected) as rejected:
            QUESTION.taken(value, before, today, last)
        assert rejected.value.problems == (Problem("daily_record.today_or_yesterday", field="noted-on"),)
    for last_day, stays in ((None, True), (last, True), (today, False), (date(2026, 11, 19), False)):
        value = QUESTION.taken(QUESTION.parse(new("20")), None, today, last_day)
        assert QUESTION.stays_open(value) is stays


def test_the_earlier_days_of_a_daily_record_are_checked_again_when_its_form_is_sent() -> None:
    assert problem(QUESTION, {"on": ["soon"]}).field == "on"
    assert problem(QUESTION, {"on": ["2026-11-18"], "numbers": ["4"]}).field == "numbers"
    assert problem(QUESTION, {"on": ["2026-11-18"], "numbers": ["4 x"]}).field == "numbers"
    assert QUESTION.so_far({"on": ["soon"]}) == []
    assert [entry.on for entry in QUESTION.so_far(QUESTION.fill([noted("2026-11-18", 1)]))] == [
        date(2026, 11, 18)
    ]


def test_days_without_an_entry_are_shown_as_gaps_in_a_daily_record() -> None:
    value = [noted("2026-11-18", 1), noted("2026-11-19", 2), noted("2026-11-23", 3)]
    first, second, gap, third = QUESTION.days(value)
    assert gap == Gap(date(2026, 11, 20), date(2026, 11, 22))
    assert isinstance(gap, Gap) and gap.days == 3
    assert [first, second, third] == QUESTION.entries(value)


def test_the_line_in_a_daily_records_chart_is_broken_at_missing_days() -> None:
    value = [noted("2026-11-18", 0), noted("2026-11-19", 10), noted("2026-11-22", 5)]
    chart = QUESTION.chart(value, 0)
    low, high, middle = chart.dots
    assert (low.y, high.y) == tuple(y for _, y in reversed(chart.levels))
    assert low.x < high.x < middle.x < chart.width
    assert chart.path == f"M{low.x:g} {low.y:g}L{high.x:g} {high.y:g}M{middle.x:g} {middle.y:g}"
    ((left, width),) = chart.bands
    assert high.x < left
    assert left + width < middle.x


def test_a_daily_record_with_one_entry_is_drawn_as_a_dot() -> None:
    chart = QUESTION.chart([noted("2026-11-18", 5)], 1)
    assert len(chart.dots) == 1
    assert chart.bands == ()


def test_two_measures_of_a_daily_record_cannot_have_the_same_id() -> None:
    same = [{"id": "a", "label": "A", "low_label": "Low", "high_label": "High"}] * 2
    assert prompt("daily_record", measures=same, line_label="One line").faults() == ["measure_twice"]
    assert QUESTION.faults() == []


def test_a_daily_record_has_at_most_a_hundred_entries() -> None:
    days = [noted(f"2026-{month:02}-{day:02}", 1) for month in range(1, 6) for day in range(1, 21)]
    told = problem(QUESTION, {**QUESTION.fill(days), **new("20")})
    assert told == Problem("too_many", {"most": 100, "many": 101}, "noted-on")


TODAY = date(2026, 11, 24)


def week(noted: list[date], last_day: date | None) -> list[tuple[date, bool]]:
    form: Form = {
        "on": [each.isoformat() for each in noted],
        "numbers": ["3 3"] * len(noted),
        "said": [""] * len(noted),
    }
    found = QUESTION.week(form, TODAY, last_day)
    places = [day.x for day in found]
    assert places == sorted(places) and places[0] > 0 and places[-1] < 300
    return [(day.on, day.noted) for day in found]


def test_the_row_of_days_in_a_daily_record_begins_with_yesterday() -> None:
    first = TODAY - timedelta(1)
    for last_day in (None, TODAY, TODAY + timedelta(2)):
        assert week([], last_day) == [(first + timedelta(n), False) for n in range(7)]
    assert week([], TODAY + timedelta(9))[-1][0] == TODAY + timedelta(9)


def test_the_row_of_days_in_a_daily_record_shows_at_most_fourteen_days() -> None:
    days = [TODAY - timedelta(n) for n in (0, 1, 3)]
    found = week(days, None)
    assert [day for day, noted in found if noted] == sorted(days) and found[0][0] == min(days)
    long = [TODAY - timedelta(n) for n in range(40)]
    assert week(long, TODAY + timedelta(400)) == [(day, True) for day in sorted(long)[-14:]]
    assert len(week(days, TODAY + timedelta(400))) == 14


def test_a_daily_record_with_nonexistent_dates_can_be_shown() -> None:
    for odd in (date.max, date.min, TODAY + timedelta(1)):
        assert 7 <= len(week([odd], None)) <= 14
