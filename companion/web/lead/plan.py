"""The pages on which leads choose which parts every participant's plan has.

Participants keep everything that they wrote in a changed or retired part.
"""

from flask import g, render_template, url_for
from flask.typing import ResponseReturnValue

from companion.content import explained
from companion.domain.people import Role
from companion.domain.plan.plan_parts import POINTED_AT, Shape, look_again
from companion.domain.refusals import NotFound
from companion.services.plan import parts
from companion.store.plan import plan, summary
from companion.web.gate import access, current
from companion.web.lead.forms import NewPart, Part, Place
from companion.web.lead.ordered_list import OrderedList
from companion.web.page.form import Form, done, takes
from companion.web.page.i18n import translate as _
from companion.web.page.languages import language

CHANGES_SHOWN = 30


def _parts_page(form: Form) -> str:
    g.page = url_for("lead.plan_parts")
    with current.store().reading() as tx:
        seen, every = plan.parts(tx)
        versions = summary.parts_versions(tx, CHANGES_SHOWN)
    return render_template(
        "lead/plan_parts.html",
        parts=every.parts,
        seen=seen,
        needed=POINTED_AT,
        versions=versions,
        problems=form.problems,
    )


@access.roles(Role.LEAD)
def plan_parts() -> ResponseReturnValue:
    """``GET /lead/plan``: list the plan's parts, and show who made the latest changes and when."""
    return _parts_page(Place())


def _part_page(form: Part, item: str) -> str:
    """Return the page about a part of the plan.

    If another lead has changed this part of the plan, show the new version and what the viewer typed.
    """
    with current.store().reading() as tx:
        newest, every = plan.parts(tx)
    found = every.part(item)
    if found is None:
        raise NotFound
    form.begins_with(title=found.title, ask=found.ask, help=found.help)
    form.saw(newest)
    return render_template(
        "lead/plan_part.html",
        part=found,
        found=[explained(finding, language()) for finding in look_again(found)],
        form=form,
    )


@access.roles(Role.LEAD)
@takes(Part, _part_page)
def plan_part(form: Part, item: str) -> ResponseReturnValue:
    """``GET`` and ``POST /lead/plan/parts/<item>``: reword a part of the plan."""
    parts.reword(current.actor(), item, form.seen.data, form.typed)
    return _done(_("Part saved. The new words are used from now on."), item)


def _new_page(form: NewPart) -> str:
    form.begins_with(shape=Shape.LINE.value)
    return render_template("lead/plan_part_new.html", shapes=[shape.value for shape in Shape], form=form)


@access.roles(Role.LEAD)
@takes(NewPart, _new_page)
def new_plan_part(form: NewPart) -> ResponseReturnValue:
    """``GET`` and ``POST /lead/plan/new``: add a part at the end of the plan."""
    shape, staged = form.shape.data, form.staged.data == ["yes"]
    parts.add(current.actor(), form.once.id_of_new, shape, staged, form.typed)
    return _done(_("Part added at the end."))


def _done(said: str, item: str = "") -> ResponseReturnValue:
    return done(said, _address(item))


def _address(item: str) -> str:
    return url_for("lead.plan_parts", _anchor=f"part-{item}" if item else None)


ORDER = OrderedList(
    parts,
    _parts_page,
    _address,
    retired=lambda: _("Part retired. What participants have written in it stays in their plans."),
    asked_again=lambda: _("Part brought back."),
)
