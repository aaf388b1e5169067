"""Read a table's rows from a form. Each field of the form contains a list with one value for each row."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest

from companion.domain.forms import Form
from companion.domain.refusals import Problem, Rejected
from companion.domain.text import clean, tidy


def filled(form: Form, names: Sequence[str]) -> list[tuple[int, tuple[str, ...]]]:
    """Return the rows that contain any text, with their row numbers. Row numbers start at 1."""
    rows = zip_longest(*(form.get(name, ()) for name in names), fillvalue="")
    return [(place, row) for place, row in enumerate(rows, 1) if any(map(tidy, row))]


def cell(text: str, most: int, field: str, row: int, *, required: bool = True) -> str:
    """Clean and return a cell's text. Raise ``Rejected`` for an invalid cell, giving its row number."""
    try:
        return clean(text, most, field, required=required)
    except Rejected as rejected:
        raise Rejected(*(at_row(problem, row) for problem in rejected.problems)) from None


def at_row(problem: Problem, row: int) -> Problem:
    """Return the validation error with the row's number added."""
    return replace(problem, values={**problem.values, "row": row})
