"""The page with the service's figures.

Every figure covers five people or more.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import get_template_attribute, render_template
from flask.typing import ResponseReturnValue

from companion.domain.evaluation.figure_tables import By, FigureRow, FigureTable, programme_key, tables
from companion.domain.evaluation.figures import CATEGORIES, Block, Measure
from companion.domain.people import Role
from companion.domain.programme.programme import Programme
from companion.services.work import assign
from companion.store.activities import library
from companion.store.evaluation import figures
from companion.store.programme import programmes
from companion.web.gate import access, current
from companion.web.lead.spreadsheet import sheet
from companion.web.page.i18n import translate as _


@dataclass(frozen=True)
class FigureLine:
    """A named row of a table. A row that would cover fewer than five people has no figures."""

    name: str
    row: FigureRow | None


@dataclass(frozen=True)
class Shown:
    """A table of figures in which each row has a name, such as the title of an activity."""

    by: By
    lines: list[FigureLine]


@access.roles(Role.LEAD)
def figures_page() -> ResponseReturnValue:
    """``GET /lead/figures``: show the service's figures."""
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


@access.roles(Role.LEAD, fresh=True)
def file() -> ResponseReturnValue:
    """``GET /lead/figures/file``: download the service's figures."""
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


@dataclass(frozen=True)
class Titles:
    """The names of activities, sites and programmes in the tables."""

    activities: dict[str, str]
    sites: dict[str, str]
    programmes: list[Programme]

    def programme(self, of: str) -> str:
        """Return a programme's title, or its id for an unknown programme."""
        return next((each.title for each in self.programmes if each.id == of), of)


def _blocks() -> tuple[list[Block], Titles]:
    with current.store().reading() as tx:
        activities = {
            each.version.activity.id: each.version.activity.title
            for each in assign.offers(library.newest_versions(tx))
        }
        return figures.blocks(tx), Titles(activities, programmes.sites(tx), programmes.offered(tx))


def _shown(every: Sequence[FigureTable], measure: Measure, titles: Titles) -> list[Shown]:
    return [Shown(table.by, _lines(table, titles)) for table in every if table.measure is measure]


def _lines(table: FigureTable, titles: Titles) -> list[FigureLine]:
    """Return the rows of a table.

    Tables include a row for every site or programme, even if it has no figures. An activity has a row only if
    it has figures.
    """
    rows = {row.of: row for row in table.rows}
    names = {
        By.ALL: [""],
        By.SITE: list(titles.sites),
        By.PROGRAMME: [programme_key(each.id, each.version) for each in titles.programmes],
        By.ACTIVITY: [],
    }[table.by]
    names += [of for of in rows if of not in names]
    lines = [FigureLine(_name(table.by, of, titles), rows.get(of)) for of in names]
    return sorted(lines, key=lambda line: line.name) if table.by is By.ACTIVITY else lines


def _name(by: By, of: str, titles: Titles) -> str:
    if by is By.ALL:
        return _("Everyone counted")
    if by is By.SITE:
        return titles.sites.get(of, of)
    if by is By.ACTIVITY:
        return titles.activities.get(of, of) if of else _("Other activities")
    programme_id, _slash, version = of.rpartition("/")
    return _("%(title)s, version %(version)s") % {"title": titles.programme(programme_id), "version": version}
