"""The pages for marking staff as having left, and for bringing staff back."""

from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from companion.domain.people import Role
from companion.services.staff import leaving
from companion.store import people
from companion.web.gate import access, current
from companion.web.page.form import done
from companion.web.page.i18n import translate as _


@access.roles(Role.ADMINISTRATOR, fresh=True)
def leaving_page(account_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /admin/staff/<account>/leaving``: ask for confirmation, then mark somebody as having
    left.
    """
    if request.method == "POST":
        leaving.mark_as_left(current.actor(), account_id)
        said = _("Marked as left. Nobody can sign in with this account any more.")
        return done(said, url_for("admin.staff"))
    with current.store().reading() as tx:
        account = leaving.leaver(tx, current.viewer(), account_id)
        person, last = people.person(tx, account), leaving.last_of_role(tx, account)
    return render_template("admin/leaving.html", person=person, last=last)


@access.roles(Role.ADMINISTRATOR, fresh=True)
def ask_back(account_id: UUID) -> ResponseReturnValue:
    """``POST /admin/staff/<account>/return``: let a former colleague sign in again, either at once or after a
    lead has agreed.
    """
    if leaving.ask_back(current.actor(), account_id):
        said = _("Undone. This person can sign in again.")
    else:
        said = _("A lead has been asked. Once they agree, this person can sign in again.")
    return done(said, url_for("admin.staff"))
