"""A new slip for a participant who has not joined yet."""

from uuid import UUID

from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from companion.domain.people import Role
from companion.domain.refusals import Problem, Rejected
from companion.services.caseloads import add_participant
from companion.store import people
from companion.store.accounts import slips
from companion.store.enrolments import enrolments
from companion.web.gate import access, clock, current


@access.hashes
@access.roles(Role.PRACTITIONER, fresh=True)
def invite(enrolment_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /participants/<id>/invitation``: a new slip, shown once; the old one ends."""
    if request.method != "POST":
        return _page(enrolment_id)
    try:
        slip = add_participant.invite_again(
            current.actor(), current.hasher(), enrolment_id, request.form.get("word", "")
        )
    except Rejected as rejected:
        return _page(enrolment_id, rejected.problems), 422
    with current.store().reading() as tx:
        reference = enrolments.enrolment(tx, current.viewer(), enrolment_id).reference
    g.page = page = url_for("practitioner.participant", enrolment_id=enrolment_id)
    return render_template("practitioner/slip.html", slip=slip, reference=reference, page=page)


def _page(enrolment_id: UUID, problems: tuple[Problem, ...] = ()) -> str:
    with current.store().reading() as tx:
        enrolment = enrolments.enrolment(tx, current.viewer(), enrolment_id)
        case = enrolments.case(tx, enrolment)
        person = people.person(tx, people.account(tx, enrolment.participant_id))
        ended = bool(slips.ended(tx, [person.id], clock.now()))
    return render_template(
        "practitioner/invite.html", case=case, person=person, ended=ended, problems=problems
    )
