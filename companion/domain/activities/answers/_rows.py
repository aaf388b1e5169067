"""Rows of form fields with repeated names: each field is a list of texts."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest

from companion.domain.forms import Form
from companion.domain.refusals import Problem, Rejected
from companion.domain.text import clean, tidy


def filled(form: Form, names: Sequence[str]) -> list[tuple[int, tuple[str, ...]]]:
    """Return the rows with any text in them, each with its place on the page, from 1."""
    rows = zip_longest(*(form.get(name, ()) for name in names), fillvalue="")
    return [(place, row) for place, row in enumerate(rows, 1) if any(map(tidy, row))]


def cell(text: str, most: int, field: str, row: int, *, required: bool = True) -> str:
    """Return ``clean`` text; an error also says which row it is in."""
    try:
        return clean(text, most, field, required=required)
    except Rejected as rejected:
        raise Rejected(*(at_row(problem, row) for problem in rejected.problems)) from None


def at_row(problem: Problem, row: int) -> Problem:
    """Return the problem with its row added."""
    return replace(problem, values={**problem.values, "row": row})
