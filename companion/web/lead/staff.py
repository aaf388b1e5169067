"""New practitioners and leads: a lead approves each, and hands over the joining code in person."""

from uuid import UUID

from flask import g, render_template, url_for
from flask.typing import ResponseReturnValue

from companion.domain.people import Role
from companion.services.staff import accounts, leaving
from companion.services.staff.resets import waiting
from companion.store import people
from companion.store.accounts import slips
from companion.store.caseloads import by_reference
from companion.store.staff import resets
from companion.web.gate import access, clock, current
from companion.web.page.first_slip import slip_page
from companion.web.page.form import done, takes
from companion.web.page.i18n import translate as _
from companion.web.practitioner.forms import NewSlip


@access.roles(Role.LEAD)
def staff() -> ResponseReturnValue:
    """``GET /lead/staff``"""
    return _page()


def _slip_page(form: NewSlip, account_id: UUID) -> str:
    return slip_page(account_id, url_for("lead.staff"), form)


@access.hashes
@access.roles(Role.LEAD, fresh=True)
@takes(NewSlip, _slip_page)
def approve(form: NewSlip, account_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /lead/staff/<account>/approval``: the slip is shown once."""
    slip = accounts.approve_staff(current.actor(), current.hasher(), account_id, form.word.data)
    g.page = url_for("lead.staff")
    return render_template("lead/slip.html", slip=slip, page=g.page)


@access.roles(Role.LEAD, fresh=True)
def take_back(account_id: UUID) -> ResponseReturnValue:
    """``POST /lead/staff/<account>/return``: bring back somebody marked as left by mistake."""
    leaving.take_back(current.actor(), account_id)
    return done(_("This person can sign in again."), url_for("lead.staff"))


def _page() -> str:
    with current.store().reading() as tx:
        everybody, sizes = people.staff(tx), by_reference.sizes(tx)
        operators = resets.by_operators(tx, clock.now())
        ended = slips.ended(tx, (each.id for each in everybody), clock.now())
    return render_template(
        "lead/staff.html",
        staff=everybody,
        sizes=sizes,
        operators=operators,
        asked=waiting(everybody, clock.now()),
        ended=ended,
    )
