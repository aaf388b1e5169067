"""Staff accounts."""

from uuid import UUID

from flask import g, render_template, url_for
from flask.typing import ResponseReturnValue

from companion.domain.people import Role
from companion.domain.signposts.editing import to_check
from companion.services.signposts import editing
from companion.services.staff import accounts
from companion.services.staff.resets import waiting
from companion.store import people
from companion.store.accounts import slips
from companion.store.staff import resets
from companion.web.admin.forms import NewStaff
from companion.web.gate import access, clock, current
from companion.web.page.first_slip import slip_page
from companion.web.page.form import done, takes
from companion.web.page.i18n import in_london
from companion.web.page.i18n import translate as _
from companion.web.practitioner.forms import NewSlip


@access.roles(Role.ADMINISTRATOR)
def staff() -> ResponseReturnValue:
    """``GET /admin/staff``"""
    return _staff_page()


def _slip_page(form: NewSlip, account_id: UUID) -> str:
    return slip_page(account_id, url_for("admin.staff"), form)


@access.hashes
@access.roles(Role.ADMINISTRATOR, fresh=True)
@takes(NewSlip, _slip_page)
def invite(form: NewSlip, account_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /admin/staff/<account>/invitation``: a new slip for an administrator; the old one ends."""
    slip = accounts.invite_administrator_again(current.actor(), current.hasher(), account_id, form.word.data)
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


def _page(form: NewStaff) -> str:
    return render_template("admin/new_staff.html", form=form)


@access.hashes
@access.roles(Role.ADMINISTRATOR, fresh=True)
@takes(NewStaff, _page)
def new(form: NewStaff) -> ResponseReturnValue:
    """``GET`` and ``POST /admin/staff/new``: a new practitioner or lead waits for a lead's approval."""
    typed = form.name.data, form.role.data, form.word.data
    slip = accounts.add_staff(current.actor(), current.hasher(), *typed)
    if slip:
        return render_template("lead/slip.html", slip=slip, page=url_for("admin.staff"))
    said = _("The account is added. A lead approves it and hands over the joining code.")
    return done(said, url_for("admin.staff"))
