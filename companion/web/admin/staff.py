"""Staff accounts."""

from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from companion.domain.people import Role
from companion.domain.refusals import Problem, Rejected
from companion.domain.signposts.editing import to_check
from companion.services.signposts import editing
from companion.services.staff import accounts
from companion.services.staff.resets import waiting
from companion.store import people
from companion.store.accounts import slips
from companion.store.staff import resets
from companion.web.gate import access, clock, current, parked_forms
from companion.web.page.first_slip import slip_page
from companion.web.page.i18n import in_london
from companion.web.page.i18n import translate as _


@access.roles(Role.ADMINISTRATOR)
def staff() -> ResponseReturnValue:
    """``GET /admin/staff``"""
    return _staff_page()


@access.hashes
@access.roles(Role.ADMINISTRATOR, fresh=True)
def invite(account_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /admin/staff/<account>/invitation``: a new slip for an administrator; the old one ends."""
    if request.method != "POST":
        return slip_page(account_id, url_for("admin.staff"))
    try:
        slip = accounts.invite_administrator_again(
            current.actor(), current.hasher(), account_id, request.form.get("word", "")
        )
    except Rejected as rejected:
        return slip_page(account_id, url_for("admin.staff"), rejected.problems), 422
    g.page = url_for("admin.staff")
    return render_template("lead/slip.html", slip=slip, page=g.page)


def _staff_page() -> str:
    with current.store().reading() as tx:
        everybody = people.staff(tx)
        ended = slips.ended(tx, (each.id for each in everybody), clock.now())
        operators = resets.by_operators(tx, clock.now())
        directory = editing.standing(tx).directory
    unchecked = len(to_check(directory.signposts, in_london(clock.now()).date()))
    return render_template(
        "admin/staff.html",
        staff=everybody,
        unchecked=unchecked,
        operators=operators,
        asked=waiting(everybody, clock.now()),
        ended=ended,
    )


@access.hashes
@access.roles(Role.ADMINISTRATOR, fresh=True)
def new() -> ResponseReturnValue:
    """``GET`` and ``POST /admin/staff/new``: a practitioner or lead waits for a lead's approval."""
    typed = parked_forms.form()
    if request.method != "POST":
        return _page(typed)
    try:
        slip = accounts.add_staff(
            current.actor(),
            current.hasher(),
            typed.get("name", ""),
            typed.get("role", ""),
            typed.get("word", ""),
        )
    except Rejected as rejected:
        return _page(typed, rejected.problems), 422
    if slip:
        return render_template("lead/slip.html", slip=slip, page=url_for("admin.staff"))
    flash(_("The account is added. A lead approves it and hands over the joining code."))
    return redirect(url_for("admin.staff"), 303)


def _page(typed: MultiDict[str, str], problems: tuple[Problem, ...] = ()) -> str:
    return render_template("admin/new_staff.html", typed=typed, problems=problems)
