"""A participant of his cannot sign in any more: the practitioner makes a slip, and never learns what he chooses."""

from uuid import UUID

from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from companion.domain.people import Role
from companion.domain.refusals import Problem, Rejected
from companion.services.staff.resets import reset_participant
from companion.store import people
from companion.store.accounts import second_factors, slips
from companion.store.enrolments import enrolments
from companion.store.staff import resets
from companion.web.gate import access, clock, current


@access.hashes
@access.roles(Role.PRACTITIONER, fresh=True)
def reset(enrolment_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /participants/<id>/reset``: first what it means, then the slip, shown once."""
    if request.method != "POST":
        return _page(enrolment_id)
    try:
        slip = reset_participant(
            current.actor(),
            current.hasher(),
            enrolment_id,
            request.form.get("word", ""),
            lost=request.form.get("lost", ""),
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
        second_step = second_factors.factors_of(tx, person.id).any
        slip = resets.open_reset(tx, person.id, clock.now())
        ended = bool(slips.ended(tx, [person.id], clock.now()))
    return render_template(
        "practitioner/reset.html",
        case=case,
        person=person,
        second_step=second_step,
        lost=request.form.get("lost", ""),
        expires_at=slip.expires_at if slip else None,
        ended=ended,
        problems=problems,
    )
