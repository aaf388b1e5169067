"""A form's error summary. The summary names each field by its label.

While the page is rendered, the macro for a field stores the field's label for the error summary. When the
page is complete, Companion inserts the lines of the error summary.
"""

import secrets
from collections.abc import Sequence

from flask import g

from companion.domain.refusals import Problem
from companion.web.page.fields import macro_of


def within(legend: object) -> object:
    """Record that a fieldset with this legend starts here. The next fields belong to this fieldset."""
    g.setdefault("groups", []).append(_plain(legend))
    return legend


def outside() -> str:
    """Record that the innermost open fieldset ends here."""
    g.groups.pop()
    return ""


def called(field: str, label: object = "") -> str:
    """Record a field's full name: the headings of its groups, then its label."""
    g.setdefault("called", {})[field] = ", ".join(filter(None, [*g.get("groups", ()), _plain(label)]))
    return ""


def place_of_lines(problems: Sequence[Problem], rows: bool = False) -> str:
    """Return a placeholder for the lines of the error summary. The error summary is filled in once the
    rest of the page is built.

    ``rows`` is true if the form has several rows of the same fields. In the second and later rows, a field's
    id ends with the row's number.
    """
    g.summary = [(problem, _id_of(problem) if rows else problem.field) for problem in problems]
    g.place = secrets.token_hex(16)  # nobody can have typed a random placeholder
    return str(g.place)


def with_summary(page: str) -> str:
    """Return the page with its summary filled in. A line about a field that isn't on the page has no link."""
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
