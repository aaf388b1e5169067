"""Somebody of the staff cannot sign in any more: asking the leads for him, or a slip for another administrator."""

from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from companion.domain.people import Role
from companion.domain.refusals import Problem, Rejected
from companion.services.staff import leaving, resets
from companion.store import people
from companion.store.accounts import second_factors
from companion.web.gate import access, current
from companion.web.page.i18n import translate as _


@access.hashes
@access.roles(Role.ADMINISTRATOR, fresh=True)
def reset(account_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /admin/staff/<account>/reset``"""
    store, viewer = current.store(), current.viewer()
    with store.reading() as tx:
        role = resets.member(tx, viewer, account_id).role
    if request.method != "POST":
        return _page(account_id)
    if role != Role.ADMINISTRATOR:
        resets.ask(current.actor(), account_id)
        flash(_("A lead is asked. When a lead agrees, he hands over the slip."))
        return redirect(url_for("admin.staff"), 303)
    word = request.form.get("word", "")
    try:
        slip = resets.reset_staff(
            current.actor(), current.hasher(), account_id, word, lost=request.form.get("lost", "")
        )
    except Rejected as rejected:
        return _page(account_id, rejected.problems), 422
    g.page = url_for("admin.staff")
    return render_template("lead/slip.html", slip=slip, page=g.page)


def _page(account_id: UUID, problems: tuple[Problem, ...] = ()) -> str:
    with current.store().reading() as tx:
        account = resets.member(tx, current.viewer(), account_id)
        person, last = people.person(tx, account), leaving.last_of_role(tx, account)
        second_step = second_factors.factors_of(tx, account_id).any
    return render_template(
        "admin/reset.html",
        person=person,
        last=last,
        second_step=second_step,
        lost=request.form.get("lost", ""),
        problems=problems,
    )
