"""Figures of the service: fixed tables that are never about fewer than five people."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import get_template_attribute, render_template
from flask.typing import ResponseReturnValue

from companion.content import programme
from companion.domain.figure_tables import By, FigureTable, Row, programme_key, tables
from companion.domain.figures import CATEGORIES, Block, Measure
from companion.domain.people import Role
from companion.store import figures as store
from companion.store import library
from companion.web import access, current
from companion.web.i18n import site
from companion.web.i18n import translate as _
from companion.web.lead.sheet import sheet


@dataclass(frozen=True)
class Line:
    """A row under its name; without figures where too few people are behind it."""

    name: str
    row: Row | None


@dataclass(frozen=True)
class Shown:
    """A table with the names of its rows."""

    by: By
    lines: list[Line]


@access.roles(Role.LEAD)
def figures() -> ResponseReturnValue:
    """``GET /lead/figures``"""
    blocks, titles = _blocks()
    every = tables(blocks)
    return render_template(
        "lead/figures.html",
        sections=[
            (measure, list(CATEGORIES[measure]), _shown(every, measure, titles)) for measure in Measure
        ],
        people=sum(block.people for block in blocks),
        month=max((block.month for block in blocks), default=None),
    )


@access.roles(Role.LEAD)
def file() -> ResponseReturnValue:
    """``GET /lead/figures/file``: the same tables."""
    blocks, titles = _blocks()
    every = tables(blocks)
    measure_name, by_name, category_name = (
        get_template_attribute("lead/_figures.html", f"{what}_name") for what in ("measure", "by", "category")
    )
    head = (_("Figure"), _("By"), _("Of"), _("Over how many people"), _("What"), _("How many"))
    rows = [
        (
            str(measure_name(measure)),
            str(by_name(shown.by)),
            line.name,
            line.row.people,
            str(category_name(measure, category)),
            count,
        )
        for measure in Measure
        for shown in _shown(every, measure, titles)
        for line in shown.lines
        if line.row
        for category, count in line.row.counts.items()
    ]
    return sheet("figures", head, rows)


def _blocks() -> tuple[list[Block], dict[str, str]]:
    with current.store().reading() as tx:
        titles = {each.activity.id: each.activity.title for each in library.newest_versions(tx)}
        return store.blocks(tx), titles


def _shown(every: Sequence[FigureTable], measure: Measure, titles: dict[str, str]) -> list[Shown]:
    return [Shown(table.by, _lines(table, titles)) for table in every if table.measure is measure]


def _lines(table: FigureTable, titles: dict[str, str]) -> list[Line]:
    """Every site and the programme have their line from the first; the lines of activities come with figures."""
    rows = {row.of: row for row in table.rows}
    names = {
        By.ALL: [""],
        By.SITE: [each.id for each in programme().sites],
        By.PROGRAMME: [programme_key(programme().id, programme().version)],
        By.ACTIVITY: [],
    }[table.by]
    names += [of for of in rows if of not in names]
    lines = [Line(_name(table.by, of, titles), rows.get(of)) for of in names]
    return sorted(lines, key=lambda line: line.name) if table.by is By.ACTIVITY else lines


def _name(by: By, of: str, titles: dict[str, str]) -> str:
    if by is By.ALL:
        return _("Everybody who is counted")
    if by is By.SITE:
        return site(of)
    if by is By.ACTIVITY:
        return titles.get(of, of) if of else _("Other activities")
    programme_id, _slash, version = of.rpartition("/")
    title = programme().title if programme_id == programme().id else programme_id
    return _("%(title)s, version %(version)s") % {"title": title, "version": version}
