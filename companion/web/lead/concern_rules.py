"""The rules for concerns: the named lead, days away and cover, and the time limits."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from companion.domain.people import Role
from companion.domain.refusals import ChangedElsewhere, Problem, Rejected
from companion.services.concerns import report
from companion.store.concerns import concern_rules
from companion.web.gate import access, clock, current, parked_forms
from companion.web.page.form_fields import posted_number
from companion.web.page.i18n import translate as _


@access.roles(Role.LEAD)
def rules() -> ResponseReturnValue:
    """``GET`` and ``POST /lead/concerns/rules``: a change counts for concerns that are raised from then on."""
    if request.method != "POST":
        return _page()
    try:
        report.set_rules(current.actor(), request.form.to_dict(), posted_number("seen"))
    except Rejected as rejected:
        return _page(rejected.problems), 422
    except ChangedElsewhere:
        return _page((Problem("changed_elsewhere"),), conflict=True), 409
    flash(_("The rules are saved."))
    return redirect(url_for("lead.concern_rules"), 303)


def _page(problems: tuple[Problem, ...] = (), *, conflict: bool = False) -> str:
    """What stands now is always shown above the form, so that a conflict shows both."""
    now = clock.now()
    with current.store().reading() as tx:
        leads, found = concern_rules.leads(tx), concern_rules.rules(tx)
    typed = parked_forms.form()
    return render_template(
        "lead/concern_rules.html",
        rules=found,
        watch=found.watch([lead.id for lead in leads], now),
        limits=found.limits(now),
        leads=leads,
        names={lead.id: lead.name for lead in leads},
        typed=typed,
        seen=found.number if conflict else typed.get("seen", found.number),
        problems=problems,
    )
