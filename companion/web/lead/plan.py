"""The parts of every plan, which leads edit. What participants wrote in a part stays theirs."""

from flask import g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from companion.content import explained
from companion.domain.people import Role
from companion.domain.plan.plan_parts import POINTED_AT, Shape, look_again
from companion.domain.refusals import NotFound
from companion.services.plan import suggestions
from companion.store.plan import plan, summary
from companion.web.gate import access, current
from companion.web.lead.forms import NewPart, Part, Place
from companion.web.page.form import Form, done, takes
from companion.web.page.i18n import translate as _
from companion.web.page.languages import language

CHANGES_SHOWN = 30


def _parts_page(form: Form) -> str:
    g.page = url_for("lead.plan_parts")
    with current.store().reading() as tx:
        seen, parts = plan.parts(tx)
        versions = summary.parts_versions(tx, CHANGES_SHOWN)
    return render_template(
        "lead/plan_parts.html",
        parts=parts.parts,
        seen=seen,
        needed=POINTED_AT,
        versions=versions,
        problems=form.problems,
    )


def _parts_again(form: Form, part: str) -> str:
    return _parts_page(form)


@access.roles(Role.LEAD)
def plan_parts() -> ResponseReturnValue:
    """``GET /lead/plan``: the parts in order, with who changed them and when."""
    return _parts_page(Place())


def _part_page(form: Part, part: str) -> str:
    """Return the page; after a conflict it shows both texts, so that the next press knows what it replaces."""
    with current.store().reading() as tx:
        newest, parts = plan.parts(tx)
    found = parts.part(part)
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
def plan_part(form: Part, part: str) -> ResponseReturnValue:
    """``GET`` and ``POST /lead/plan/parts/<part>``: reword it."""
    suggestions.reword_part(current.actor(), part, form.seen.data, form.typed)
    return _done(_("The part is saved. From now on it is asked for in these words."), part)


def _new_page(form: NewPart) -> str:
    form.begins_with(shape=Shape.LINE.value)
    return render_template("lead/plan_part_new.html", shapes=[shape.value for shape in Shape], form=form)


@access.roles(Role.LEAD)
@takes(NewPart, _new_page)
def new_plan_part(form: NewPart) -> ResponseReturnValue:
    """``GET`` and ``POST /lead/plan/new``: a new one at the end."""
    shape, staged = form.shape.data, form.staged.data == ["yes"]
    suggestions.add_part(current.actor(), form.once.id_of_new, shape, staged, form.typed)
    return _done(_("The part is added at the end."))


@access.roles(Role.LEAD)
@takes(Place, _parts_again)
def move_plan_part(form: Place, part: str) -> ResponseReturnValue:
    """``POST /lead/plan/parts/<part>/place``: move it a place ``up`` or ``down``."""
    suggestions.move_part(current.actor(), part, form.seen.data, form.to.data)
    return redirect(_address(part), 303)


@access.roles(Role.LEAD)
@takes(Place, _parts_again)
def retire_plan_part(form: Place, part: str) -> ResponseReturnValue:
    """``POST /lead/plan/parts/<part>/retirement``: stop asking for it."""
    suggestions.retire_part(current.actor(), part, form.seen.data, retired=True)
    said = _("The part is asked for no more. What participants have in it stays in their plans.")
    return _done(said, part)


@access.roles(Role.LEAD)
@takes(Place, _parts_again)
def return_plan_part(form: Place, part: str) -> ResponseReturnValue:
    """``POST /lead/plan/parts/<part>/return``: ask for it again."""
    suggestions.retire_part(current.actor(), part, form.seen.data, retired=False)
    return _done(_("The part is asked for again."), part)


def _done(said: str, part: str = "") -> ResponseReturnValue:
    return done(said, _address(part))


def _address(part: str) -> str:
    return url_for("lead.plan_parts", _anchor=f"part-{part}" if part else None)
