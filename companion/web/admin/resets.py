"""The page on which an administrator helps staff who can't sign in.

An administrator asks a lead to agree to resetting somebody's sign-in details. An administrator can make a
reset slip for another administrator without asking a lead.
"""

from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from companion.domain.people import Role
from companion.services.staff import leaving, resets
from companion.store import people
from companion.store.accounts import second_factors
from companion.web.gate import access, current
from companion.web.page.first_slip import slip_page
from companion.web.page.form import done, takes
from companion.web.page.i18n import translate as _
from companion.web.practitioner.forms import Reset


def _page(form: Reset, account_id: UUID) -> str:
    with current.store().reading() as tx:
        account = resets.member(tx, current.viewer(), account_id)
        person, last = people.person(tx, account), leaving.last_of_role(tx, account)
        second_step = second_factors.factors_of(tx, account_id).any
    return render_template("admin/reset.html", person=person, last=last, second_step=second_step, form=form)


@access.hashes
@access.roles(Role.ADMINISTRATOR, fresh=True)
@takes(Reset, _page)
def reset(form: Reset, account_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /admin/staff/<account>/reset``: let an administrator ask a lead to reset somebody's
    account. For another administrator's account, issue the reset slip at once.
    """
    with current.store().reading() as tx:
        role = resets.member(tx, current.viewer(), account_id).role
    if role != Role.ADMINISTRATOR:
        resets.ask(current.actor(), account_id)
        said = _("A lead has been asked. If they agree, they'll hand over the slip.")
        return done(said, url_for("admin.staff"))
    slip = resets.reset_staff(
        current.actor(), current.hasher(), account_id, form.word.data, lost=form.lost.data
    )
    return slip_page(slip, "admin.staff")
