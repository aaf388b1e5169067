"""A question that is answered with a date."""

from datetime import date
from typing import ClassVar

from companion.domain.activities.answers import Example, Prompt, Value
from companion.domain.forms import Form, first
from companion.domain.refusals import Problem, Rejected
from companion.domain.time.moments import day_of

PARTS = ("day", "month", "year")
"""The three separate form fields of a date."""
YEARS = range(1900, 2101)
"""The range of accepted years. A year outside the range is probably a typing error."""


class Date(Prompt, frozen=True, kw_only=True, tag="date"):
    """A prompt answered with a date, stored in the format ``2026-11-24``."""

    fields: ClassVar[tuple[str, ...]] = PARTS
    example: ClassVar[Example] = Example(
        "When will you walk again?",
        {"day": ["3"], "month": ["12"], "year": ["2026"]},
    )

    def parse(self, form: Form) -> Value:
        return typed_day(form).isoformat()

    def fill(self, value: Value) -> Form:
        on = self.day(value)
        return {"day": [str(on.day)], "month": [str(on.month)], "year": [str(on.year)]}

    def day(self, value: Value) -> date:
        """Return the answer as a date object."""
        return day_of(value)


def typed_day(form: Form) -> date:
    """Return the date that somebody typed into the form fields ``day``, ``month`` and ``year``. Raise
    ``Rejected`` for the first invalid field.
    """
    texts = {name: first(form, name).strip() for name in PARTS}
    if not any(texts.values()):
        raise Rejected(Problem("no_date", field="day"))
    fitting = {"day": range(1, 32), "month": range(1, 13), "year": YEARS}
    for name, text in texts.items():
        if not (text.isascii() and text.isdecimal() and len(text) <= 4 and int(text) in fitting[name]):
            raise Rejected(Problem("bad_date", field=name))
    try:
        return date(int(texts["year"]), int(texts["month"]), int(texts["day"]))
    except ValueError as error:
        raise Rejected(Problem("bad_date", field="day")) from error
