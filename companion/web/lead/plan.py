"""The parts of every plan, as the lead edits them. What participants wrote in a part stays theirs."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from companion.content import explained
from companion.domain.people import Role
from companion.domain.plan.plan_parts import POINTED_AT, Shape, look_again
from companion.domain.refusals import ChangedElsewhere, NotFound, Problem, Rejected
from companion.services.plan import suggestions
from companion.store.plan import plan, summary
from companion.web.gate import access, current, parked_forms
from companion.web.page.form_fields import once, posted_number
from companion.web.page.i18n import translate as _
from companion.web.page.languages import language

CHANGES_SHOWN = 30


@access.roles(Role.LEAD)
def plan_parts() -> ResponseReturnValue:
    """``GET /lead/plan``: the parts in their order, and who changed them when."""
    return _parts_page()


@access.roles(Role.LEAD)
def plan_part(part: str) -> ResponseReturnValue:
    """``GET`` and ``POST /lead/plan/parts/<part>``: put it into other words."""
    if request.method != "POST":
        return _part_page(part)
    try:
        suggestions.reword_part(current.actor(), part, posted_number("seen"), _typed())
    except Rejected as rejected:
        return _part_page(part, rejected.problems), 422
    except ChangedElsewhere:
        return _part_page(part, (Problem("changed_elsewhere"),), conflict=True), 409
    flash(_("The part is saved. From now on it is asked for in these words."))
    return _back(part)


@access.roles(Role.LEAD)
def new_plan_part() -> ResponseReturnValue:
    """``GET`` and ``POST /lead/plan/new``: one more at the end."""
    if request.method != "POST":
        return _new_page(parked_forms.form())
    new_id = once()
    try:
        suggestions.add_part(
            current.actor(),
            new_id,
            request.form.get("shape", ""),
            request.form.get("staged") == "yes",
            _typed(),
        )
    except Rejected as rejected:
        return _new_page(request.form, rejected.problems), 422
    flash(_("The part is added at the end."))
    return _back()


@access.roles(Role.LEAD)
def move_plan_part(part: str) -> ResponseReturnValue:
    """``POST /lead/plan/parts/<part>/place``: one place ``up`` or ``down``."""
    try:
        suggestions.move_part(current.actor(), part, posted_number("seen"), request.form.get("to", ""))
    except Rejected as rejected:
        return _parts_page(rejected.problems), 422
    except ChangedElsewhere:
        return _parts_page((Problem("changed_elsewhere"),)), 409
    return _back(part)


@access.roles(Role.LEAD)
def retire_plan_part(part: str) -> ResponseReturnValue:
    """``POST /lead/plan/parts/<part>/retirement``: it is asked for no more."""
    return _retire(part, retired=True)


@access.roles(Role.LEAD)
def return_plan_part(part: str) -> ResponseReturnValue:
    """``POST /lead/plan/parts/<part>/return``: it is asked for again."""
    return _retire(part, retired=False)


def _retire(part: str, *, retired: bool) -> ResponseReturnValue:
    try:
        suggestions.retire_part(current.actor(), part, posted_number("seen"), retired=retired)
    except Rejected as rejected:
        return _parts_page(rejected.problems), 422
    except ChangedElsewhere:
        return _parts_page((Problem("changed_elsewhere"),)), 409
    if retired:
        flash(_("The part is asked for no more. What participants have in it stays in their plans."))
    else:
        flash(_("The part is asked for again."))
    return _back(part)


def _typed() -> tuple[str, str, str]:
    form = request.form
    return form.get("title", ""), form.get("ask", ""), form.get("help", "")


def _back(part: str = "") -> ResponseReturnValue:
    return redirect(url_for("lead.plan_parts", _anchor=f"part-{part}" if part else None), 303)


def _parts_page(problems: tuple[Problem, ...] = ()) -> str:
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
        problems=problems,
    )


def _part_page(part_id: str, problems: tuple[Problem, ...] = (), *, conflict: bool = False) -> str:
    """With a conflict both texts are shown, so that the next press knows what it replaces."""
    with current.store().reading() as tx:
        newest, parts = plan.parts(tx)
    part = parts.part(part_id)
    if part is None:
        raise NotFound
    typed = parked_forms.form()
    return render_template(
        "lead/plan_part.html",
        part=part,
        seen=newest if conflict else typed.get("seen", newest),
        found=[explained(finding, language()) for finding in look_again(part)],
        typed=typed,
        conflict=conflict,
        problems=problems,
    )


def _new_page(typed: MultiDict[str, str], problems: tuple[Problem, ...] = ()) -> str:
    return render_template(
        "lead/plan_part_new.html", shapes=[shape.value for shape in Shape], typed=typed, problems=problems
    )
