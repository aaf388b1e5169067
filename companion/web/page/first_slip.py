"""The page for a staff member's first joining slip.

Administrators and leads share this page. Joining slips are shown only once.
"""

from collections.abc import Callable
from uuid import UUID

from flask import g, render_template, url_for
from flask.typing import ResponseReturnValue

from companion.domain.people import Role
from companion.services.accounts.join import Slip
from companion.services.act import Actor
from companion.services.staff import accounts
from companion.store import people
from companion.store.accounts import slips
from companion.store.accounts.passphrases import Hasher
from companion.web.gate import access, clock, current
from companion.web.page.form import takes
from companion.web.practitioner.forms import NewSlip


def first_slip(
    role: Role, home: str, make: Callable[[Actor, Hasher, UUID, str], Slip]
) -> Callable[..., ResponseReturnValue]:
    """Return the view function that creates somebody's first joining slip.

    ``home`` is the endpoint to return to.
    """

    def page(form: NewSlip, account_id: UUID) -> str:
        with current.store().reading() as tx:
            account = accounts.invitee(tx, current.viewer(), account_id)
            person = people.person(tx, account)
            ended = bool(slips.ended(tx, [account.id], clock.now()))
        return render_template(
            "lead/first_slip.html", person=person, ended=ended, back_to=url_for(home), form=form
        )

    def view(form: NewSlip, account_id: UUID) -> ResponseReturnValue:
        return slip_page(make(current.actor(), current.hasher(), account_id, form.word.data), home)

    return access.hashes(access.roles(role, fresh=True)(takes(NewSlip, page)(view)))


def slip_page(slip: Slip, home: str) -> str:
    """Return the page that shows a new joining or reset slip."""
    g.page = url_for(home)
    return render_template("lead/slip.html", slip=slip, page=g.page)
