"""A plan's versions, for participants' and practitioners' pages."""

from dataclasses import dataclass

from flask import request

from companion.domain.plan.diff import Difference, PlanStep, compared, steps
from companion.domain.plan.plan import Item, Plan, Version
from companion.domain.refusals import NotFound
from companion.web.page.form_fields import whole_number

VERSIONS_ON_PAGE = 20


@dataclass(frozen=True)
class Page:
    """One page of the list of a plan's versions, the latest first.

    The next page shows the versions older than number ``older``. If there is no next page, ``older`` is 0.
    """

    plan: Plan
    steps: list[PlanStep]
    older: int
    newest: bool
    """True if the page shows the plan's latest versions."""


def versions_page(plan: Plan) -> Page:
    """Return the latest versions, or the versions before the number in the URL (``?before=40``)."""
    asked = whole_number(request.args.get("before", ""))
    before = asked if 1 < asked <= plan.number else plan.number + 1
    shown = steps(plan, before, VERSIONS_ON_PAGE)
    lowest = shown[-1].version.number if shown else 1
    return Page(plan, shown, lowest if lowest > 1 else 0, before > plan.number)


@dataclass(frozen=True)
class Comparison:
    """A comparison of an earlier and a later plan version. Version 0 is the empty plan."""

    first: int
    last: int
    differences: list[Difference]

    @property
    def changed(self) -> list[Difference]:
        """Return the parts that differ between the two versions."""
        return [each for each in self.differences if each.changed]


def comparison(plan: Plan) -> Comparison:
    """Compare the two plan versions in the URL (``?first=3&last=8``).

    Without valid numbers in the URL, compare the two latest versions.
    """
    asked = [whole_number(request.args.get(name, "")) for name in ("first", "last")]
    usual = (max(plan.number - 1, 0), plan.number)
    numbers = [each if 0 <= each <= plan.number else other for each, other in zip(asked, usual, strict=True)]
    first, last = sorted(numbers)
    return Comparison(first, last, compared(plan, first, last))


def version_of(plan: Plan, number: str) -> tuple[Version, list[Item]]:
    """Return the plan version with a given number, and the version's items.

    Raise ``NotFound`` if there is no such version.
    """
    version = plan.version(whole_number(number))
    if version is None:
        raise NotFound
    return version, plan.at(version.number)
