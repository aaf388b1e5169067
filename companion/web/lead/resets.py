"""A practitioner or a lead cannot sign in any more: a lead agrees to what an administrator asked, or does not."""

from uuid import UUID

from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from companion.domain.people import Role
from companion.domain.refusals import Problem, Rejected
from companion.services.staff import resets
from companion.store import people
from companion.store.accounts import second_factors
from companion.web.gate import access, clock, current


@access.hashes
@access.roles(Role.LEAD, fresh=True)
def reset(account_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /lead/staff/<account>/reset``: the slip is shown once."""
    if request.method != "POST":
        return _page(account_id)
    word = request.form.get("word", "")
    try:
        slip = resets.reset_staff(
            current.actor(), current.hasher(), account_id, word, lost=request.form.get("lost", "")
        )
    except Rejected as rejected:
        return _page(account_id, rejected.problems), 422
    g.page = url_for("lead.staff")
    return render_template("lead/slip.html", slip=slip, page=g.page)


def _page(account_id: UUID, problems: tuple[Problem, ...] = ()) -> str:
    with current.store().reading() as tx:
        person = people.person(tx, resets.member(tx, current.viewer(), account_id))
        second_step = second_factors.factors_of(tx, account_id).any
    asked = resets.asked(person.reset_asked_at, clock.now())
    return render_template(
        "lead/reset.html",
        person=person,
        asked=asked,
        second_step=second_step,
        lost=request.form.get("lost", ""),
        problems=problems,
    )
