"""The error summary names each field in the words of its own label.

Each field's macro records its label, and the summary's lines are filled in at the end.
"""

import secrets
from collections.abc import Sequence

from flask import g

from companion.domain.refusals import Problem
from companion.web.page.fields import macro_of


def within(legend: object) -> object:
    """Open a group with this legend: following fields belong to it."""
    g.setdefault("groups", []).append(_plain(legend))
    return legend


def outside() -> str:
    """Close the last group."""
    g.groups.pop()
    return ""


def called(field: str, label: object = "") -> str:
    """Record a field's name: its label, after the legends of its groups."""
    g.setdefault("called", {})[field] = ", ".join(filter(None, [*g.get("groups", ()), _plain(label)]))
    return ""


def place_of_lines(problems: Sequence[Problem], rows: bool = False) -> str:
    """Reserve the place of the summary's lines. With ``rows``, a field in a later row has the number in its id."""
    g.summary = [(problem, _id_of(problem) if rows else problem.field) for problem in problems]
    g.place = secrets.token_hex(16)  # nobody can have typed it
    return str(g.place)


def with_summary(page: str) -> str:
    """Return the page with its summary filled in. A line for a field that isn't on the page has no link."""
    if "place" not in g:
        return page
    names = g.pop("called", {})
    lines = [(problem, field if field in names else "", names.get(field, "")) for problem, field in g.summary]
    return str(page).replace(g.pop("place"), macro_of("lines_of_summary")(lines))


def _id_of(problem: Problem) -> str:
    row = problem.values.get("row", 1)
    return f"{problem.field}-{row}" if problem.field and row != 1 else problem.field


def _plain(label: object) -> str:
    return " ".join((label.striptags() if hasattr(label, "striptags") else str(label)).split())
