"""The page on which a lead agrees to reset somebody's sign-in details."""

from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from companion.domain.people import Role
from companion.services.staff import resets
from companion.store import people
from companion.store.accounts import second_factors
from companion.web.gate import access, clock, current
from companion.web.page.first_slip import slip_page
from companion.web.page.form import takes
from companion.web.practitioner.forms import Reset


def _page(form: Reset, account_id: UUID) -> str:
    with current.store().reading() as tx:
        person = people.person(tx, resets.member(tx, current.viewer(), account_id))
        second_step = second_factors.factors_of(tx, account_id).any
    asked = resets.asked(person.reset_asked_at, clock.now())
    return render_template("lead/reset.html", person=person, asked=asked, second_step=second_step, form=form)


@access.hashes
@access.roles(Role.LEAD, fresh=True)
@takes(Reset, _page)
def reset(form: Reset, account_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /lead/staff/<account>/reset``: agree to a reset, and show the reset slip once."""
    slip = resets.reset_staff(
        current.actor(), current.hasher(), account_id, form.word.data, lost=form.lost.data
    )
    return slip_page(slip, "lead.staff")
