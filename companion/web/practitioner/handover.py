"""A practitioner hands one of his participants over to another one."""

from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from companion.domain.people import Role
from companion.domain.refusals import Problem, Rejected
from companion.services.caseloads import handover
from companion.services.caseloads.handover import HandoverForm
from companion.store import people
from companion.store.enrolments import enrolments
from companion.store.meetings import group_members
from companion.web.gate import access, current, parked_forms
from companion.web.page.form_fields import once, uuid
from companion.web.page.i18n import translate as _


@access.roles(Role.PRACTITIONER)
def hand_over(enrolment_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /participants/<id>/handover``: afterwards all of his is a 404 here."""
    if request.method != "POST":
        return _page(enrolment_id)
    form = request.form
    try:
        handover.hand_over(
            current.actor(),
            enrolment_id,
            once(),
            HandoverForm(uuid(form.get("to", "")), form.get("reason", "")),
        )
    except Rejected as rejected:
        return _page(enrolment_id, rejected.problems), 422
    flash(_("He is handed over. What you wrote stays under your name."))
    return redirect(url_for("practitioner.board"), 303)


def _page(enrolment_id: UUID, problems: tuple[Problem, ...] = ()) -> str:
    g.page = url_for("practitioner.hand_over", enrolment_id=enrolment_id)
    with current.store().reading() as tx:
        case = enrolments.case(tx, enrolments.enrolment(tx, current.viewer(), enrolment_id))
        others = people.practitioners(tx, but=case.practitioner_id)
        group = group_members.group_of(tx, current.viewer(), enrolment_id)
        alone = group is not None and group_members.members_of(tx, group.id) == {enrolment_id}
    return render_template(
        "practitioner/hand_over.html",
        case=case,
        practitioners=others,
        group=group,
        alone=alone,
        typed=parked_forms.form(),
        problems=problems,
    )
