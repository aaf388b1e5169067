"""What stays open to participants after the programme, and where it does not go on."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from companion.domain.enrolments.after_programme import CHOSEN, OFFERED
from companion.domain.people import Role
from companion.domain.refusals import ChangedElsewhere, Problem, Rejected
from companion.services.enrolments import after_programme
from companion.store.enrolments.after_programme import rules_in_force
from companion.web.gate import access, current, parked_forms
from companion.web.page.form_fields import posted_number
from companion.web.page.i18n import translate as _


@access.roles(Role.LEAD)
def after() -> ResponseReturnValue:
    """``GET`` and ``POST /lead/after``: a change counts for those who come to such a step from then on."""
    if request.method != "POST":
        return _page()
    try:
        after_programme.set_after(current.actor(), request.form.to_dict(), posted_number("seen"))
    except Rejected as rejected:
        return _page(rejected.problems), 422
    except ChangedElsewhere:
        return _page((Problem("changed_elsewhere"),), conflict=True), 409
    flash(_("It is saved."))
    return redirect(url_for("lead.after"), 303)


def _page(problems: tuple[Problem, ...] = (), *, conflict: bool = False) -> str:
    """What stands now is always shown above the form, so that a conflict shows both."""
    with current.store().reading() as tx:
        rules = rules_in_force(tx)
    typed = parked_forms.form()
    return render_template(
        "lead/after.html",
        rules=rules,
        states=CHOSEN,
        offered=OFFERED,
        typed=typed,
        seen=rules.number if conflict else typed.get("seen", rules.number),
        problems=problems,
    )
