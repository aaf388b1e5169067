"""The pages on which a lead decides whether participants may see withheld entries of their access logs."""

from uuid import UUID

from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from companion.domain.people import Role
from companion.domain.refusals import Problem
from companion.services.records import withheld_entries
from companion.services.records.withheld_entries import DisclosureForm
from companion.web.gate import access, current
from companion.web.lead.forms import Disclosure
from companion.web.page.form import done, takes
from companion.web.page.i18n import translate as _


@access.roles(Role.LEAD)
def withheld() -> ResponseReturnValue:
    """``GET /lead/withheld?find=K7-402``: list the access-log entries that are withheld from a participant.

    The audit log records each time that a lead opens withheld entries.
    """
    find = request.args.get("find", "").strip()
    found = withheld_entries.open_withheld(current.actor(), find) if find else None
    problems = () if found or not find else (Problem("no_such_reference", field="find"),)
    return render_template("lead/withheld.html", find=find, found=found, problems=problems)


def _page(form: Disclosure, enrolment_id: UUID, entry_id: UUID) -> str:
    """Return an entry's page.

    If another lead has decided first, the page shows that decision.
    """
    g.page = url_for("lead.disclosure", enrolment_id=enrolment_id, entry_id=entry_id)
    found = withheld_entries.open_one(current.actor(), enrolment_id, entry_id)
    form.saw(found.decision.number if found.decision else 0)
    return render_template("lead/disclosure.html", found=found, form=form)


@access.roles(Role.LEAD)
@takes(Disclosure, _page)
def disclosure(form: Disclosure, enrolment_id: UUID, entry_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /lead/withheld/<id>/<id>``: decide whether the participant may see a withheld entry."""
    typed = DisclosureForm(entry_id, form.shown.data, form.reason.data, form.seen.data)
    reference = withheld_entries.decide(current.actor(), enrolment_id, form.once.id_of_new, typed)
    return done(_("Decision recorded."), url_for("lead.withheld", find=reference))
