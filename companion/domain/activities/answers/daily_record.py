"""A question answered each day between two sessions, with numbers and a line of text."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from itertools import pairwise, zip_longest
from typing import Annotated, Any, ClassVar

import msgspec

from companion.domain.activities.answers import Example, Prompt, Value
from companion.domain.activities.answers._shapes import Point
from companion.domain.authored import Authored, Id, Line
from companion.domain.forms import Form, first
from companion.domain.refusals import Problem, Rejected, all_of
from companion.domain.text import clean, tidy
from companion.domain.time.moments import day_of

MOST = 300
"""The maximum number of characters in an entry's line of text."""
DAYS_MOST = 100
"""The maximum number of entries in a daily record."""
NUMBERS = range(11)
LOW_UP_TO, HIGH_FROM = 3, 7
"""Branches treat numbers up to ``LOW_UP_TO`` as low, and from ``HIGH_FROM`` as high."""
WIDTH, HEIGHT = 300.0, 72.0
"""The width and height of one measure's chart."""
WEEK, WEEKS_MOST = 7, 14
LEFT, EDGE = 34.0, 12.0
FINISHED, LAST = "finished", "last"
NUMBER_FIELDS = ("number-1", "number-2", "number-3", "number-4")


class Measure(Authored, frozen=True, kw_only=True):
    """Something that the participant rates from 0 to 10 every day."""

    id: Id
    label: Line
    low_label: Line
    high_label: Line


@dataclass(frozen=True)
class DailyEntry:
    """One day's entry in a daily record."""

    on: date
    numbers: tuple[int, ...]
    line: str


@dataclass(frozen=True)
class Gap:
    """A period without an entry, from its first day to its last."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """The number of days without an entry."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True)
class WeekDay:
    """One day in the drawing of the days with and without an entry."""

    on: date
    noted: bool
    x: float


@dataclass(frozen=True)
class Chart:
    """A chart of one number that the participant records each day.

    In the chart, each dot represents one entry of the daily record, and a line joins the dots of consecutive
    days. In the chart, days without an entry are shaded.
    """

    width: float
    height: float
    left: float
    levels: tuple[tuple[int, float], ...]
    """The numbers at the top and bottom of the chart's scale, and where to draw them."""
    dots: tuple[Point, ...]
    radius: float
    path: str
    bands: tuple[tuple[float, float], ...]


class DailyRecord(Prompt, frozen=True, kw_only=True, tag="daily_record"):
    """A prompt answered with a record that has one entry for each day. The record ends on its last day, or
    when the participant finishes the record. A new entry can only be for today or yesterday.

    The form fields ``on``, ``numbers`` and ``said`` contain the dates, numbers and text of earlier entries.
    ``noted-on`` contains the new entry's date, and other fields contain the rest of the new entry.
    ``without`` lists the days whose entries were removed. In a finished daily record, the last entry has the
    key ``last``.
    """

    measures: Annotated[tuple[Measure, ...], msgspec.Meta(min_length=1, max_length=len(NUMBER_FIELDS))]
    line_label: Line

    fields: ClassVar[tuple[str, ...]] = (
        "on", "numbers", "said", "without", "noted-on", *NUMBER_FIELDS, "line", FINISHED,
    )  # fmt: skip
    free_text: ClassVar[bool] = True
    by_day: ClassVar[bool] = True
    example: ClassVar[Example] = Example(
        "How was each day until we meet?",
        {
            "noted-on": ["2026-11-03"],
            "number-1": ["4"],
            "number-2": ["10"],
            "line": ["It was still light."],
        },
        {
            "measures": [
                {"id": "mood", "label": "My mood", "low_label": "Hard", "high_label": "Good"},
                {"id": "sleep", "label": "My sleep", "low_label": "Hard", "high_label": "Good"},
            ],
            "line_label": "One line about the day",
        },
    )

    def parse(self, form: Form) -> Value:
        out = frozenset(form.get("without", ()))
        entries = {entry.on: entry for entry in self._earlier(form) if entry.on.isoformat() not in out}
        new = self._new(form, required=not entries)
        if new:
            entries[new.on] = new
        if len(entries) > DAYS_MOST:
            raise Rejected(Problem("too_many", {"most": DAYS_MOST, "many": len(entries)}, "noted-on"))
        said = [self._plain(entries[day]) for day in sorted(entries)]
        return _finished(said) if first(form, FINISHED) else said

    def _earlier(self, form: Form) -> Iterator[DailyEntry]:
        columns = (form.get(name, ()) for name in ("on", "numbers", "said"))
        for on, numbers, said in zip_longest(*columns, fillvalue=""):
            try:
                day = day_of(on)
            except ValueError as error:
                raise Rejected(Problem("bad_date", field="on")) from error
            typed = numbers.split()
            yield DailyEntry(
                day,
                tuple(
                    _number(typed[place] if place < len(typed) else "", "numbers")
                    for place in range(len(self.measures))
                ),
                clean(said, MOST, "said", required=False),
            )

    def _new(self, form: Form, *, required: bool) -> DailyEntry | None:
        numbers = NUMBER_FIELDS[: len(self.measures)]
        if not required and not any(tidy(first(form, name)) for name in (*numbers, "line")):
            return None  # the new entry has only a day, which the form fills in
        on, *said, line = all_of(
            lambda: _day(first(form, "noted-on")),
            *(partial(_number, first(form, name), name) for name in numbers),
            lambda: clean(first(form, "line"), MOST, "line", required=False),
        )
        return DailyEntry(on, tuple(said), line)

    def _plain(self, entry: DailyEntry) -> Value:
        numbers = {measure.id: number for measure, number in zip(self.measures, entry.numbers, strict=True)}
        return {"on": entry.on.isoformat(), "numbers": numbers, "line": entry.line}

    def stays_open(self, value: Value) -> bool:
        return not value[-1].get(LAST)

    def taken(self, value: Value, before: Value, today: date, last_day: date | None) -> Value:
        """Return the daily record to store. On ``last_day`` or later, the record is finished.

        Raise ``Rejected`` if a new entry isn't for today or yesterday.
        """
        known = {entry.on for entry in self.entries(before or [])}
        new = {entry.on for entry in self.entries(value)} - known
        if new - {today, today - timedelta(1)}:
            raise Rejected(Problem("daily_record.today_or_yesterday", field="noted-on"))
        return _finished(value) if last_day and today >= last_day else value

    def fill(self, value: Value) -> Form:
        entries = self.entries(value)
        finished = {} if self.stays_open(value) else {FINISHED: ["yes"]}
        return {
            **finished,
            "on": [entry.on.isoformat() for entry in entries],
            "numbers": [" ".join(map(str, entry.numbers)) for entry in entries],
            "said": [entry.line for entry in entries],
        }

    def chosen(self, value: Value) -> frozenset[str]:
        """Return ``<id>-low`` for each measure at 3 or less in the latest entry, and ``<id>-high`` for each
        measure at 7 or more.
        """
        newest = value[-1]["numbers"]
        low = {f"{name}-low" for name, number in newest.items() if number <= LOW_UP_TO}
        return frozenset(low | {f"{name}-high" for name, number in newest.items() if number >= HIGH_FROM})

    def offers(self) -> tuple[str, ...]:
        return tuple(f"{measure.id}-{end}" for measure in self.measures for end in ("low", "high"))

    def number(self, value: Value) -> int | None:
        """Return the number of days that have an entry."""
        return len(value)

    def numbers(self) -> range:
        return range(1, DAYS_MOST + 1)

    def faults(self) -> list[str]:
        ids = {measure.id for measure in self.measures}
        return ["measure_twice"] if len(ids) < len(self.measures) else []

    @property
    def steps(self) -> range:
        """The numbers from which the participant can choose, in order."""
        return NUMBERS

    def entries(self, value: Value) -> list[DailyEntry]:
        """Return the entries of an answer, sorted by day."""
        return [
            DailyEntry(
                day_of(each["on"]),
                tuple(each["numbers"][measure.id] for measure in self.measures),
                each["line"],
            )
            for each in value
        ]

    def so_far(self, form: Form) -> list[DailyEntry]:
        """Read the earlier entries of the daily record, which the form carries in hidden fields.

        If an entry isn't valid, return an empty list.
        """
        try:
            return list(self._earlier(form))
        except Rejected:
            return []

    def days(self, value: Value) -> list[DailyEntry | Gap]:
        """Return an answer's entries and the gaps between entries, in date order."""
        days: list[DailyEntry | Gap] = []
        before: date | None = None
        for entry in self.entries(value):
            if before and (entry.on - before).days > 1:
                days.append(Gap(before + timedelta(1), entry.on - timedelta(1)))
            days.append(entry)
            before = entry.on
        return days

    def week(self, form: Form, today: date, last_day: date | None) -> list[WeekDay]:
        """Return the seven to fourteen days that are shown in a row above a daily record."""
        noted = {entry.on for entry in self.so_far(form) if entry.on <= today}
        first_day = min(noted, default=today - timedelta(1))
        end = max(last_day or first_day, first_day + timedelta(WEEK - 1), today)
        end = min(end, max(today, first_day + timedelta(WEEKS_MOST - 1)))
        many = min((end - first_day).days + 1, WEEKS_MOST)
        days = [end - timedelta(back) for back in reversed(range(many))]
        step = (WIDTH - 2 * EDGE) / (many - 1)
        return [WeekDay(day, day in noted, round(EDGE + step * place, 1)) for place, day in enumerate(days)]

    def chart(self, value: Value, measure: int) -> Chart:
        """Return the chart for the measure with this index."""
        entries = self.entries(value)
        start, length = entries[0].on, (entries[-1].on - entries[0].on).days
        step = (WIDTH - LEFT - EDGE) / length if length else 0.0

        def x(day: date) -> float:
            return round(LEFT + step * (day - start).days if length else (WIDTH + LEFT) / 2, 1)

        dots = [Point(x(entry.on), _height(entry.numbers[measure])) for entry in entries]
        joined = [b.on - a.on == timedelta(1) for a, b in pairwise(entries)]
        path = "".join(
            f"{'L' if follows else 'M'}{dot.x:g} {dot.y:g}"
            for follows, dot in zip([False, *joined], dots, strict=True)
        )
        bands = tuple(
            (round(x(gap.first) - step / 2, 1), round(step * gap.days, 1))
            for gap in self.days(value)
            if isinstance(gap, Gap)
        )
        radius = min(4.5, max(2.0, round(step / 2.5, 1))) if length else 4.5
        levels = tuple((number, _height(number)) for number in (NUMBERS[-1], NUMBERS[0]))
        return Chart(WIDTH, HEIGHT, LEFT - EDGE, levels, tuple(dots), radius, path, bands)


def _finished(said: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [*said[:-1], {**said[-1], LAST: True}]


def _day(text: str) -> date:
    if not text:
        raise Rejected(Problem("nothing_chosen", field="noted-on"))
    try:
        return day_of(text)
    except ValueError as error:
        raise Rejected(Problem("daily_record.today_or_yesterday", field="noted-on")) from error


def _number(text: str, field: str) -> int:
    if not text:
        raise Rejected(Problem("nothing_chosen", field=field))
    if text not in {str(number) for number in NUMBERS}:
        raise Rejected(Problem("off_scale", {"low": NUMBERS[0], "high": NUMBERS[-1]}, field))
    return int(text)


def _height(number: int) -> float:
    """Return the distance from a chart's top to a number's dot."""
    return round(HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * number / NUMBERS[-1], 1)
