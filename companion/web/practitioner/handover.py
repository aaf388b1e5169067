"""The page on which a practitioner hands a participant over to another practitioner."""

from uuid import UUID

from flask import g, render_template, url_for
from flask.typing import ResponseReturnValue

from companion.domain.people import Role
from companion.services.caseloads import handover
from companion.services.caseloads.handover import HandoverForm
from companion.store import people
from companion.store.enrolments import enrolments
from companion.store.meetings import appointments, group_members
from companion.store.messages import message_drafts
from companion.web.gate import access, current
from companion.web.page.form import done, takes
from companion.web.page.form_fields import uuid
from companion.web.page.i18n import translate as _
from companion.web.practitioner.forms import Handover


def _page(form: Handover, enrolment_id: UUID) -> str:
    g.page = url_for("practitioner.hand_over", enrolment_id=enrolment_id)
    with current.store().reading() as tx:
        case = enrolments.case(tx, enrolments.enrolment(tx, current.viewer(), enrolment_id))
        others = people.practitioners(tx, but=case.practitioner_id)
        group = group_members.group_of(tx, current.viewer(), enrolment_id)
        alone = group is not None and group_members.members_of(tx, group.id) == {enrolment_id}
        meetings = [each.id for each in appointments.appointments(tx, enrolment_id)]
        unsent = message_drafts.unsent(tx, enrolment_id, meetings, current.viewer())
    return render_template(
        "practitioner/hand_over.html",
        case=case,
        unsent=unsent,
        practitioners=others,
        group=group,
        alone=alone,
        form=form,
    )


@access.roles(Role.PRACTITIONER)
@takes(Handover, _page)
def hand_over(form: Handover, enrolment_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /participants/<id>/handover``: hand a participant over.

    After a handover, pages about the participant return 404 for the previous practitioner.
    """
    to, reason = uuid(form.to.data), form.reason.data
    handover.hand_over(current.actor(), enrolment_id, form.once.id_of_new, HandoverForm(to, reason))
    said = _("Handed over. Everything you wrote stays under your name.")
    return done(said, url_for("practitioner.board"))
