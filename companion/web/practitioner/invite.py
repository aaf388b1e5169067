"""The page for a participant's new joining slip."""

from uuid import UUID

from flask import g, render_template, url_for
from flask.typing import ResponseReturnValue

from companion.domain.people import Role
from companion.services.accounts.join import Slip
from companion.services.caseloads import add_participant
from companion.store import people
from companion.store.accounts import slips
from companion.store.enrolments import enrolments
from companion.web.gate import access, clock, current
from companion.web.page.form import takes
from companion.web.practitioner.forms import NewSlip


def _page(form: NewSlip, enrolment_id: UUID) -> str:
    with current.store().reading() as tx:
        enrolment = enrolments.enrolment(tx, current.viewer(), enrolment_id)
        case = enrolments.case(tx, enrolment)
        person = people.person(tx, people.account(tx, enrolment.participant_id))
        ended = bool(slips.ended(tx, [person.id], clock.now()))
    return render_template("practitioner/invite.html", case=case, person=person, ended=ended, form=form)


@access.hashes
@access.roles(Role.PRACTITIONER, fresh=True)
@takes(NewSlip, _page)
def invite(form: NewSlip, enrolment_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /participants/<id>/invitation``: make a new joining slip, and cancel the old
    joining slip.
    """
    slip = add_participant.invite_again(current.actor(), current.hasher(), enrolment_id, form.word.data)
    return slip_page(slip, enrolment_id)


def slip_page(slip: Slip, enrolment_id: UUID) -> str:
    """Return the page with a participant's new joining code."""
    with current.store().reading() as tx:
        reference = enrolments.enrolment(tx, current.viewer(), enrolment_id).reference
    g.page = page = url_for("practitioner.participant", enrolment_id=enrolment_id)
    return render_template("practitioner/slip.html", slip=slip, reference=reference, page=page)
