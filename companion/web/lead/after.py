"""What stays open to participants after the programme, and where it does not go on."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from companion.domain.after import CHOSEN, OFFERED
from companion.domain.people import Role
from companion.domain.refusals import ChangedElsewhere, Problem, Rejected
from companion.services import after as services
from companion.store import after as store
from companion.web import access, clock, current, held
from companion.web.fields import number
from companion.web.i18n import translate as _


@access.roles(Role.LEAD)
def after() -> ResponseReturnValue:
    """``GET`` and ``POST /lead/after``: a change counts for those who come to such a step from then on."""
    if request.method != "POST":
        return _page()
    try:
        services.set_after(
            current.store(), current.viewer(), request.form.to_dict(), number("seen"), clock.now()
        )
    except Rejected as rejected:
        return _page(rejected.problems), 422
    except ChangedElsewhere:
        return _page((Problem("changed_elsewhere"),), conflict=True), 409
    flash(_("It is saved."))
    return redirect(url_for("lead.after"), 303)


def _page(problems: tuple[Problem, ...] = (), *, conflict: bool = False) -> str:
    """What stands now is always shown above the form, so that a conflict shows both."""
    with current.store().reading() as tx:
        rules = store.rules(tx)
    typed = held.form()
    return render_template(
        "lead/after.html",
        rules=rules,
        states=CHOSEN,
        offered=OFFERED,
        typed=typed,
        seen=rules.number if conflict else typed.get("seen", rules.number),
        problems=problems,
    )
