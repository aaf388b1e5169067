"""The administrator's pages for staff accounts."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from companion.domain.people import Role
from companion.domain.signposts.editing import to_check
from companion.services.signposts import editing
from companion.services.staff import accounts
from companion.web.admin.forms import NewStaff
from companion.web.gate import access, clock, current
from companion.web.page.first_slip import first_slip, slip_page
from companion.web.page.form import done, takes
from companion.web.page.i18n import in_london
from companion.web.page.i18n import translate as _


@access.roles(Role.ADMINISTRATOR)
def staff() -> ResponseReturnValue:
    """``GET /admin/staff``: list the staff accounts."""
    with current.store().reading() as tx:
        listed = accounts.staff(tx, clock.now())
        directory = editing.standing(tx).directory
    unchecked = len(to_check(directory.signposts, in_london(clock.now()).date()))
    return render_template("admin/staff.html", staff=listed, unchecked=unchecked)


invite = first_slip(Role.ADMINISTRATOR, "admin.staff", accounts.invite_administrator_again)


def _page(form: NewStaff) -> str:
    return render_template("admin/new_staff.html", form=form)


@access.hashes
@access.roles(Role.ADMINISTRATOR, fresh=True)
@takes(NewStaff, _page)
def new(form: NewStaff) -> ResponseReturnValue:
    """``GET`` and ``POST /admin/staff/new``: add a staff account.

    A lead must approve new practitioners and leads.
    """
    typed = form.name.data, form.role.data, form.word.data
    slip = accounts.add_staff(current.actor(), current.hasher(), *typed)
    if slip:
        return slip_page(slip, "admin.staff")
    said = _("Account added. A lead approves it and hands over the joining code.")
    return done(said, url_for("admin.staff"))
