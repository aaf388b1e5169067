"""What a participant does not see of who read something of his, and a lead's decision on each."""

from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from companion.domain.people import Role
from companion.domain.refusals import ChangedElsewhere, Problem, Rejected
from companion.services.records import withheld_entries
from companion.services.records.withheld_entries import DisclosureForm
from companion.web.gate import access, current, parked_forms
from companion.web.page.form_fields import once, posted_number
from companion.web.page.i18n import translate as _


@access.roles(Role.LEAD)
def withheld() -> ResponseReturnValue:
    """``GET /lead/withheld?find=K7-402``: kinds and dates, no word of it; every look is recorded."""
    find = request.args.get("find", "").strip()
    found = withheld_entries.open_withheld(current.actor(), find) if find else None
    problems = () if found or not find else (Problem("no_such_reference", field="find"),)
    return render_template("lead/withheld.html", find=find, found=found, problems=problems)


@access.roles(Role.LEAD)
def disclosure(enrolment_id: UUID, entry_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /lead/withheld/<id>/<id>``: may this be shown, and why."""
    if request.method != "POST":
        return _page(enrolment_id, entry_id)
    typed = DisclosureForm(
        entry_id, request.form.get("shown", ""), request.form.get("reason", ""), posted_number("seen")
    )
    try:
        reference = withheld_entries.decide(current.actor(), enrolment_id, once(), typed)
    except Rejected as rejected:
        return _page(enrolment_id, entry_id, rejected.problems), 422
    except ChangedElsewhere:
        return _page(enrolment_id, entry_id, (Problem("changed_elsewhere"),), conflict=True), 409
    flash(_("Your decision is recorded."))
    return redirect(url_for("lead.withheld", find=reference), 303)


def _page(
    enrolment_id: UUID, entry_id: UUID, problems: tuple[Problem, ...] = (), *, conflict: bool = False
) -> str:
    """With a conflict the other decision stands on the page, so that the next press knows what it replaces."""
    g.page = url_for("lead.disclosure", enrolment_id=enrolment_id, entry_id=entry_id)
    found = withheld_entries.open_one(current.actor(), enrolment_id, entry_id)
    typed = parked_forms.form()
    standing = found.decision.number if found.decision else 0
    return render_template(
        "lead/disclosure.html",
        found=found,
        typed=typed,
        seen=standing if conflict else typed.get("seen", standing),
        problems=problems,
    )
