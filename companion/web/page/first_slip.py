"""The form for a staff member's first slip, the same for administrators and leads."""

from uuid import UUID

from flask import render_template

from companion.services.staff import accounts
from companion.store import people
from companion.store.accounts import slips
from companion.web.gate import clock, current
from companion.web.practitioner.forms import NewSlip


def slip_page(account_id: UUID, back_to: str, form: NewSlip) -> str:
    """Return the page with the form. Raise ``NotFound`` or ``NotAllowed``."""
    with current.store().reading() as tx:
        account = accounts.invitee(tx, current.viewer(), account_id)
        person = people.person(tx, account)
        ended = bool(slips.ended(tx, [account.id], clock.now()))
    return render_template("lead/first_slip.html", person=person, ended=ended, back_to=back_to, form=form)
