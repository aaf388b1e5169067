"""The summary of what is wrong names each field, in the words that stand at it further down the page.

A macro that shows a field says what it is called, and the lines of the summary are filled in at the end.
"""

import secrets
from collections.abc import Sequence

from flask import g

from companion.domain.refusals import Problem
from companion.web.page.fields import macro_of


def within(legend: object) -> object:
    """From here on the fields belong to the group of this name."""
    g.setdefault("groups", []).append(_plain(legend))
    return legend


def outside() -> str:
    """The last group ends here."""
    g.groups.pop()
    return ""


def called(field: str, label: object = "") -> str:
    """Note what a field is called: its label, after the names of the groups that it stands in."""
    g.setdefault("called", {})[field] = ", ".join(filter(None, [*g.get("groups", ()), _plain(label)]))
    return ""


def place_of_lines(problems: Sequence[Problem], rows: bool = False) -> str:
    """Hold the place of the lines of a summary. With ``rows`` a field of a further row has its number in its id."""
    g.summary = [(problem, _id_of(problem) if rows else problem.field) for problem in problems]
    g.place = secrets.token_hex(16)  # nobody can have typed it
    return str(g.place)


def with_summary(page: str) -> str:
    """The page with the lines of its summary. A line whose field is not on the page leads nowhere."""
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
