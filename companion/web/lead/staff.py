"""The page on which a lead approves new practitioners and leads. The lead hands over each joining code in
person.
"""

from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from companion.domain.people import Role
from companion.services.staff import accounts, leaving
from companion.store.caseloads import by_reference
from companion.web.gate import access, clock, current
from companion.web.page.first_slip import first_slip
from companion.web.page.form import done
from companion.web.page.i18n import translate as _


@access.roles(Role.LEAD)
def staff() -> ResponseReturnValue:
    """``GET /lead/staff``: list the staff."""
    with current.store().reading() as tx:
        listed, sizes = accounts.staff(tx, clock.now()), by_reference.sizes(tx)
    return render_template("lead/staff.html", staff=listed, sizes=sizes)


approve = first_slip(Role.LEAD, "lead.staff", accounts.approve_staff)


@access.roles(Role.LEAD, fresh=True)
def take_back(account_id: UUID) -> ResponseReturnValue:
    """``POST /lead/staff/<account>/return``: agree to the return of a member of staff who had left. The
    member of staff can sign in again.
    """
    leaving.take_back(current.actor(), account_id)
    return done(_("This person can sign in again."), url_for("lead.staff"))
