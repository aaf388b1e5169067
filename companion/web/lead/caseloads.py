"""The page with a practitioner's participants. On this page, a lead can hand over the practitioner's
participants to another practitioner.
"""

from uuid import UUID

from flask import g, render_template, url_for
from flask.typing import ResponseReturnValue

from companion.domain.people import Role
from companion.services.caseloads import handover
from companion.services.caseloads.handover import HandoverForm
from companion.store import people
from companion.store.caseloads import by_reference
from companion.web.gate import access, clock, current
from companion.web.lead.forms import Caseload
from companion.web.page.form import done, takes
from companion.web.page.form_fields import uuid
from companion.web.page.i18n import translate_plural as _n


def _page(form: Caseload, account_id: UUID) -> str:
    g.page = url_for("lead.caseload", account_id=account_id)
    with current.store().reading() as tx:
        whose = by_reference.practitioner(tx, current.viewer(), account_id)
        lines = by_reference.of_practitioner(tx, current.viewer(), account_id, clock.now())
        others = people.practitioners(tx, but=account_id)
    form.begins_with(who=[str(line.id) for line in lines])
    if form.conflict:
        form.once.data = None
    return render_template("lead/caseload.html", whose=whose, lines=lines, practitioners=others, form=form)


@access.roles(Role.LEAD)
@takes(Caseload, _page)
def caseload(form: Caseload, account_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /lead/staff/<practitioner>/caseload``: list a caseload's participants by reference
    only, without names, and hand them over.
    """
    chosen = [found for found in map(uuid, form.who.data) if found]
    to, reason = uuid(form.to.data), form.reason.data
    many = handover.hand_over_several(
        current.actor(), account_id, chosen, form.once.id_of_new, HandoverForm(to, reason)
    )
    said = _n("One participant is handed over.", "%(num)s participants are handed over.", many)
    return done(said % {"num": many}, url_for("lead.caseload", account_id=account_id))
